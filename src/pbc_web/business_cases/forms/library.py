"""Finding in the library, opening a proposal to others, and starting a new one from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from pbc.periods import FinancialYear
from pbc_web.business_cases.actions.library import Opened
from pbc_web.business_cases.forms.drafts import BeginForm
from pbc_web.business_cases.models import Opening
from pbc_web.business_cases.queries.in_sight import DECIDED
from pbc_web.business_cases.queries.library import SORTS, Wanted
from pbc_web.business_cases.sections import Section
from pbc_web.business_cases.states import KINDS, STATES

NOT_BY_MACHINE = "No words are changed for you: take care that title and sections do not tell who you are."


class WantedForm(forms.Form):
    """Which entries of the library to show, and in which order."""

    words = forms.CharField(required=False, max_length=120, label="Words in title, code or reasons")
    kind = forms.ChoiceField(required=False, label="What it is", choices=[("", "Any"), *KINDS.items()])
    outcome = forms.ChoiceField(
        required=False, label="Outcome", choices=[("", "Any"), *((each, STATES[each]) for each in DECIDED)]
    )
    year = forms.ChoiceField(required=False, label="Year")
    sort = forms.ChoiceField(required=False, label="Order", choices=list(SORTS.items()))
    is_quick_win = forms.BooleanField(required=False, label="Quick wins only")

    def __init__(self, *given: Any, years: Sequence[str], **more: Any) -> None:
        super().__init__(*given, **more)
        shown = [("", "Any"), *((each, str(FinancialYear.parse(each))) for each in years)]
        self.fields["year"].choices = shown  # type: ignore[attr-defined]  # a choice field

    @property
    def wanted(self) -> Wanted:
        """What is asked for; all of it where that could not be read."""
        return Wanted(**self.cleaned_data) if self.is_valid() else Wanted()


class OpeningForm(forms.Form):
    """What an author opens of a decided proposal."""

    is_open = forms.BooleanField(
        required=False, label="Open it to others",
        help_text="Practices and commissioners elsewhere find its outcome and reasons in the library. Untick to close it at once.",
    )  # fmt: skip
    sections = forms.MultipleChoiceField(
        required=False,
        label="Which sections may they read, and start a new one from?",
        widget=forms.CheckboxSelectMultiple,
    )
    is_anonymous = forms.BooleanField(
        required=False, label="Do not show whose it is",
        help_text=f"Your organisation and those who wrote it are left out. {NOT_BY_MACHINE}",
    )  # fmt: skip
    is_agreed = forms.BooleanField(
        required=False, label="Your commissioner may show it to anyone",
        help_text="Title, outcome, reasons and times may then stand on its public page. No section does.",
    )  # fmt: skip

    def __init__(self, *given: Any, openable: Sequence[Section], held: Opening | None, **more: Any) -> None:
        names = ("is_open", "sections", "is_anonymous", "is_agreed")
        initial = {name: getattr(held, name) for name in names} if held else {}
        super().__init__(*given, initial=initial, **more)
        self.fields["sections"].choices = [(each.code, each.title) for each in openable]  # type: ignore[attr-defined]  # a choice field
        if not openable:
            del self.fields["sections"]

    @property
    def opened(self) -> Opened:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        return Opened(said["is_open"], tuple(said.get("sections", ())), said["is_anonymous"], said["is_agreed"])


class StartForm(BeginForm):
    """A new draft that is started from an entry: its kind is known."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["kind"]
