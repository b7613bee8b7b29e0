"""Forms of a delegation: proposing it, and ending it."""

from __future__ import annotations

from typing import Any

from django import forms

from pbc_web.budgets.forms.rounds import PartyForm
from pbc_web.shell.form_fields import DayField, WordsField


class DelegationForm(PartyForm):
    """The document by which budgets are delegated."""

    starts_on = DayField(label="From which day?", help_text="For example, 1 4 2026")
    ends_before = DayField(
        label="On which day does it end?",
        required=False,
        help_text="The first day on which it holds no more. Leave it empty if none is set"
    )  # fmt: skip
    document = forms.CharField(label="Reference of the document", max_length=120)
    decided_by = forms.CharField(label="Who decided it, and when?", max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].label = "To whom are budgets delegated?"

    def clean(self) -> dict[str, Any]:
        """Everything; a delegation ends after it begins."""
        said = super().clean() or {}
        if said.get("starts_on") and said.get("ends_before") and said["ends_before"] <= said["starts_on"]:
            self.add_error("ends_before", "The day it ends must be after the day it begins")
        return said


class DelegationEndForm(forms.Form):
    """From when a delegation holds no more, and why."""

    ends_before = DayField(
        label="From which day are budgets not payable?", help_text="Today or a later day. For example, 1 10 2026"
    )
    reason = WordsField(label="Why does it end?", max_length=1_000)
