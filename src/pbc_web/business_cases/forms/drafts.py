"""Beginning a proposal, and finding proposals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from pbc.periods import FinancialYear
from pbc_web.business_cases.actions.drafting import Named
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.states import KINDS, STATES
from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import WordsField

KIND_MEANS = {
    "plan": "What your practice or group will do in a year: its priorities, need, money. Business cases follow from it.",
    "case": "One change to a service: a new clinic, another way of caring, or a service that stops.",
    "use_of_pot": "What freed-up money that your practice or group may keep is spent on.",
}


class NamedForm(forms.Form):
    """What a proposal is called, its year and its plan."""

    title = WordsField(
        label="What is it called?", max_length=120, widget=forms.TextInput(), help_text="Like: Heart clinic in practices",
        error_messages={"required": "Enter what it is called"},
    )  # fmt: skip
    year = forms.ChoiceField(
        label="In which financial year does it begin?", widget=forms.RadioSelect, error_messages={"required": "Choose the year"},
    )  # fmt: skip
    parent = forms.ChoiceField(required=False, label="Which plan does it belong to?")
    is_quick_win = forms.BooleanField(
        required=False, label="It is a quick win",
        help_text="A small case that goes the light route and is done soon after it is approved. Business cases only.",
    )  # fmt: skip

    def __init__(
        self, *given: Any, this_year: FinancialYear, plans: Sequence[Proposal] = (), kind: str = "", has_year: bool = True,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*given, **more)
        self.plans, self.kind = {each.code: each for each in plans}, kind
        self.year, years = this_year, (this_year, FinancialYear(this_year.starts_in + 1))
        self.fields["year"].choices = [(each.slug, str(each)) for each in years]  # type: ignore[attr-defined]  # a choice field
        if not has_year:
            del self.fields["year"]
        self.fields["parent"].choices = [("", "No plan"), *((each.code, str(each)) for each in plans)]  # type: ignore[attr-defined]  # a choice field
        if not plans or kind == "plan":
            del self.fields["parent"]
        if kind not in ("", "case"):
            del self.fields["is_quick_win"]

    def clean(self) -> dict[str, Any]:
        """This returns what was said, with what a kind does not have told."""
        said = self.cleaned_data
        kind = said.get("kind", self.kind)
        if said.get("is_quick_win") and kind != "case":
            self.add_error("is_quick_win", "Only a business case can be a quick win")
        if said.get("parent") and kind == "plan":
            self.add_error("parent", "A plan belongs to no other plan")
        return said

    @property
    def named(self) -> Named:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        parent = self.plans.get(said.get("parent", ""))
        year = FinancialYear.parse(said["year"]) if "year" in said else self.year
        return Named(said["title"], year, parent, said.get("is_quick_win", False))


class BeginForm(NamedForm):
    """A new draft."""

    kind = forms.ChoiceField(
        label="What do you want to propose?", choices=list(KINDS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want to propose"},
    )  # fmt: skip
    commissioner = forms.ChoiceField(label="To which commissioner?")
    field_order = ("kind", "title", "year", "commissioner", "parent", "is_quick_win")

    def __init__(self, *given: Any, commissioners: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["kind"].choice_hints = KIND_MEANS  # type: ignore[attr-defined]  # read by the template of fields
        self.commissioners = {each.code: each for each in commissioners}
        if len(commissioners) > 1:
            self.fields["commissioner"].choices = [(each.code, each.name) for each in commissioners]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["commissioner"]

    @property
    def commissioner_chosen(self) -> Organisation:
        """The one commissioner there is, or the one chosen."""
        chosen = self.cleaned_data.get("commissioner", "")
        return self.commissioners[chosen] if chosen else next(iter(self.commissioners.values()))


class FindForm(forms.Form):
    """Which proposals to show."""

    state = forms.ChoiceField(required=False, label="State", choices=[("", "Any"), *STATES.items()])
    kind = forms.ChoiceField(required=False, label="What it is", choices=[("", "Any"), *KINDS.items()])
    words = forms.CharField(required=False, max_length=120, label="Words in title, code or practice")
