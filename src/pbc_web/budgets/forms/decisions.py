"""Proposing and judging changes of budgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.periods import FinancialYear
from pbc_web.budgets.actions.proposals import Line, Proposal
from pbc_web.budgets.models import Draft
from pbc_web.budgets.models.decisions import KINDS, SOURCES
from pbc_web.budgets.names import SOURCES_IN_WORDS, service_title
from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import PoundsField, WordsField


class KindForm(forms.Form):
    """What kind of change."""

    kind = forms.ChoiceField(
        label="What do you want to propose?", choices=list(KINDS.items()), widget=forms.RadioSelect
    )


class Choices:
    """What a proposal may name: the round's practices and groups, the services of its budgets, its drafts."""

    def __init__(
        self, *, practices: Sequence[Organisation], groups: Sequence[Organisation], services: Sequence[str],
        drafts: Sequence[Draft], year: FinancialYear,
    ) -> None:  # fmt: skip
        self.practices = {str(each.id): each for each in practices}
        self.holders = {str(each.id): each for each in (*groups, *practices)}
        self.drafts = {str(each.id): each for each in drafts}
        self.services = [("", "Choose one"), *((code, service_title(code)) for code in services)]
        self.months = [("", "Choose one"), *((str(month), month.title) for month in year.months())]


class ProposalForm(forms.Form):
    """Any proposal: its reason. What else is asked depends on the kind."""

    reason = WordsField(
        label="Why?",
        max_length=1_000,
        help_text="The practice and the board read this: say what shows it, and which paper the amount comes from. Do not name patients.",
    )

    def __init__(self, *args: Any, kind: str, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.known = kind, choices
        people = [("", "Choose one"), *((key, each.name) for key, each in choices.practices.items())]
        offered = {
            "practice": people, "from_practice": people, "to_practice": people, "service": choices.services,
            "from_service": choices.services, "to_service": choices.services, "month": choices.months,
            "money_source": [(each, SOURCES_IN_WORDS[each]) for each in SOURCES.get(kind, ())],
            "draft": [(key, each.name) for key, each in choices.drafts.items()],
            "practices": people[1:], "holder": [("", "Choose one"), *((key, each.name) for key, each in choices.holders.items())],
        }  # fmt: skip
        for name, given in offered.items():
            if name in self.fields:
                self.fields[name].choices = given
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def proposal(self) -> Proposal:
        """This returns what was filled in as a proposal."""
        said = self.cleaned_data
        return Proposal(
            self.kind, said["reason"], self.lines(), said.get("money_source", SOURCES.get(self.kind, ("",))[0]),
            said.get("month", ""), self.more(),
        )  # fmt: skip

    def lines(self) -> list[Line]:
        """This returns the lines changed."""
        return []

    def more(self) -> dict[str, Any]:
        """This returns what else the kind needs."""
        return {}

    def _practice(self, name: str) -> Organisation:
        return self.known.practices[self.cleaned_data[name]]


class AdoptForm(ProposalForm):
    """Which draft becomes the year's budgets."""

    draft = forms.ChoiceField(label="Which draft?", widget=forms.RadioSelect)

    def more(self) -> dict[str, Any]:
        """The draft."""
        return {"draft": self.known.drafts[self.cleaned_data["draft"]]}


class VirementForm(ProposalForm):
    """From one line to another."""

    from_practice = forms.ChoiceField(label="From which practice?")
    from_service = forms.ChoiceField(label="From which line?")
    to_practice = forms.ChoiceField(label="To which practice?")
    to_service = forms.ChoiceField(label="To which line?")
    amount = PoundsField(label="How much?")
    month = forms.ChoiceField(label="From which month?")

    def clean(self) -> dict[str, Any]:
        """This refuses a virement from a line to itself."""
        said = super().clean() or {}
        places = [(said.get(f"{end}_practice"), said.get(f"{end}_service")) for end in ("from", "to")]
        if all(places[0]) and places[0] == places[1]:
            self.add_error("to_service", ValidationError("Choose another line to move the money to"))
        return said

    def lines(self) -> list[Line]:
        """One that gives and one that gets."""
        said = self.cleaned_data
        return [
            Line(self._practice("from_practice"), said["from_service"], -said["amount"]),
            Line(self._practice("to_practice"), said["to_service"], said["amount"]),
        ]


class MoneyForm(ProposalForm):
    """Money to or from one line, from outside."""

    practice = forms.ChoiceField(label="Which practice?")
    service = forms.ChoiceField(label="Which line?")
    amount = PoundsField(label="How much?", allow_negative=True, help_text="With a minus sign to take away, like -5000")
    money_source = forms.ChoiceField(label="Where does the money come from, or go to?", widget=forms.RadioSelect)
    month = forms.ChoiceField(label="From which month?")

    def lines(self) -> list[Line]:
        """The one line."""
        return [Line(self._practice("practice"), self.cleaned_data["service"], self.cleaned_data["amount"])]


class HolderForm(ProposalForm):
    """Who answers for some practices' budgets."""

    practices = forms.MultipleChoiceField(label="Whose budgets?", widget=forms.CheckboxSelectMultiple)
    holder = forms.ChoiceField(label="Who is to hold them?")

    def lines(self) -> list[Line]:
        """One for each practice, without money."""
        return [Line(self.known.practices[key]) for key in self.cleaned_data["practices"]]

    def more(self) -> dict[str, Any]:
        """The new holder."""
        return {"new_holder": self.known.holders[self.cleaned_data["holder"]]}


class SavingForm(ProposalForm):
    """A saving that is not to lower the past a budget starts from."""

    practice = forms.ChoiceField(label="Which practice showed the saving?")
    service = forms.ChoiceField(label="On which line?")
    amount = PoundsField(label="How much was saved?")
    years = forms.IntegerField(
        label="For how many years is it protected?", required=False, min_value=1, max_value=10,
        help_text="Leave it empty for the number the rules say", widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def lines(self) -> list[Line]:
        """The one line."""
        return [Line(self._practice("practice"), self.cleaned_data["service"], self.cleaned_data["amount"])]

    def more(self) -> dict[str, Any]:
        """The years."""
        return {"protected_years": self.cleaned_data["years"]}


FORMS: dict[str, type[ProposalForm]] = {
    "adopt": AdoptForm, "virement": VirementForm, "in_year": MoneyForm, "risk_pool": MoneyForm, "top_slice": MoneyForm,
    "holder": HolderForm, "saving_protected": SavingForm,
}  # fmt: skip


class JudgeForm(forms.Form):
    """Approve or refuse."""

    outcome = forms.ChoiceField(
        label="Do you approve it?",
        choices=[("approve", "Approve"), ("refuse", "Do not approve")],
        widget=forms.RadioSelect,
    )
    answer = WordsField(label="Why?", required=False, max_length=1_000, help_text="Needed where you do not approve.")

    def clean(self) -> dict[str, Any]:
        """This asks a refusal for its reason."""
        said = super().clean() or {}
        if said.get("outcome") == "refuse" and not said.get("answer"):
            self.add_error("answer", ValidationError("Say why you do not approve it, and what would change that"))
        return said
