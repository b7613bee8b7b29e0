"""Asking for a draft: its basis and what it varies from the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.budgets.names import BASES

SHARES = {  # field: name of the rule value, as a percentage on the page
    "pace_closed": "budgets.pace_closed_share",
    "top_slice": "budgets.top_slice_share",
    "risk_pool": "budgets.risk_pool_share",
}
POOLED = "budgets.pool_atypical_lists"


class PercentField(forms.DecimalField):
    """A share typed as a percentage, kept as a number from 0 to 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, max_digits=6, decimal_places=3, required=False, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal"})
        wrong = f"{self.label} must be a percentage from 0 to 100, like 2.5"
        self.error_messages |= {"invalid": wrong}
        for each in self.validators:
            each.message = wrong  # type: ignore[attr-defined]  # every validator of a number has a message

    def clean(self, value: Any) -> float | None:
        """This returns the share, or None where the rules' own value is to hold."""
        found = super().clean(value)
        return None if found is None else float(found) / 100


class DraftForm(forms.Form):
    """One way to set the budgets."""

    name = forms.CharField(label="What do you call this draft?", max_length=60, help_text="For example, Faster pace")
    basis = forms.ChoiceField(label="How are budgets set?", choices=list(BASES.items()), widget=forms.RadioSelect)
    pace_closed = PercentField(
        label="Part of the distance from fair share closed this year",
        help_text="Of how far a budget stands from fair share",
    )
    top_slice = PercentField(label="Top-slice", help_text="Share of every service held back for management")
    risk_pool = PercentField(label="Risk pool", help_text="Share of hospital services set aside against luck")
    unusual_lists = forms.ChoiceField(
        label="Are unusual lists budgeted together?", required=False, widget=forms.RadioSelect,
        choices=[("", "As the rule says"), ("yes", "Yes, together"), ("no", "No, each by itself")],
        help_text="Students, care homes and very small lists, which the formula judges worst",
    )  # fmt: skip

    source = forms.CharField(
        label="Who proposes values other than the rule's, and where is that written?", max_length=200, required=False,
        help_text="Needed if you gave any value above. For example, Finance paper 4, 2 April 2009",
    )  # fmt: skip

    def __init__(self, *args: Any, rules: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for field, rule in SHARES.items():
            says = f"Leave it empty for the rule, {rules[rule]}" if rule in rules else "Leave it empty for the rule"
            held = self.fields[field]
            held.help_text = f"{held.help_text}. {says}" if held.help_text else says
        if POOLED in rules:
            lists = self.fields["unusual_lists"]
            lists.help_text = f"{lists.help_text}. Leave it open for the rule, {rules[POOLED]}"

    def clean(self) -> dict[str, Any]:
        """This asks for the source of values other than the rule's."""
        said = super().clean() or {}
        if self.choices_made() and not said.get("source"):
            self.add_error("source", ValidationError("Say who proposes these values and where that is written"))
        return said

    def clean_name(self) -> str:
        """This refuses a name the engine could not file."""
        name: str = self.cleaned_data["name"]
        if not re.search("[a-z0-9]", name, re.IGNORECASE):
            raise ValidationError("The name must have a letter or a figure in it, like Faster pace")
        return name

    def choices_made(self) -> dict[str, Any]:
        """This returns what was varied from the rules, by the names of rule values."""
        said = self.cleaned_data
        found: dict[str, Any] = {rule: said[field] for field, rule in SHARES.items() if said.get(field) is not None}
        if said.get("unusual_lists"):
            found[POOLED] = said["unusual_lists"] == "yes"
        return found


class CompareForm(forms.Form):
    """Drafts to lay side by side."""

    drafts = forms.MultipleChoiceField(
        label="Which drafts do you want to compare?", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, drafts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["drafts"].choices = drafts

    def clean_drafts(self) -> list[str]:
        """This returns two to four drafts."""
        chosen: list[str] = self.cleaned_data["drafts"]
        if not 2 <= len(chosen) <= 4:
            raise ValidationError("Choose 2, 3 or 4 drafts to compare")
        return chosen
