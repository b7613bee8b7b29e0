"""Ending, renewing and covering an appointment; viewing as somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.accounts.models import Person
from pbc_web.shell.form_fields import DayField

REASONS = (
    ("they asked for help", "They asked for help"),
    ("a fault was reported", "A fault was reported and must be seen as they see it"),
    ("their access is being checked", "Their access is being checked"),
    ("an auditor asked", "An auditor asked what they can see"),
)


class FindForm(forms.Form):
    """Whom to look for."""

    words = forms.CharField(label="Name, e-mail address or organisation", required=False, max_length=120)


class EndForm(forms.Form):
    """The last day of an appointment."""

    on = DayField(label="Last day", help_text="For example, 31 3 2010")

    def __init__(self, *given: Any, today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.today = today

    def clean_on(self) -> date:
        """The last day: today or later, for what was done cannot be undone by an earlier end."""
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise ValidationError("Last day must be today or later")
        return on


class RenewForm(forms.Form):
    """The new last day of an appointment."""

    until = DayField(label="New last day", help_text="For example, 31 3 2011")


class CoverForm(forms.Form):
    """Who covers, from when to when."""

    colleague = forms.ModelChoiceField(
        label="Who covers", queryset=Person.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    starts_on = DayField(label="First day", help_text="For example, 1 8 2009")
    until = DayField(label="Last day", help_text="For example, 15 8 2009")

    def __init__(self, *given: Any, colleagues: Any, today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["colleague"].queryset = colleagues
        self.fields["colleague"].label_from_instance = lambda person: person.name
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Everything; cover begins today or later and lasts a day at least."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("until")
        if first and first < self.today:
            self.add_error("starts_on", "First day must be today or later")
        if first and last and last < first:
            self.add_error("until", "Last day must be on or after the first day")
        return cleaned


class ViewAsForm(forms.Form):
    """Why somebody's pages are looked at as they see them."""

    reason = forms.ChoiceField(label="Why do you need to see what they see?", choices=REASONS, widget=forms.RadioSelect)
