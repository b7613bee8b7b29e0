"""Inviting somebody, and taking an invitation up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pbc_web.accounts.forms.sign_in import PASSWORD_RULE
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Role, role_in
from pbc_web.shell.form_fields import DayField, WordsField


class InviteForm(forms.Form):
    """Whom, as what, until when."""

    name = WordsField(label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="E-mail address", help_text="At their work. The letter goes there and nowhere else.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    role_code = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    until = DayField(
        label="Until", required=False, help_text="Leave empty if the role has no known end. For example, 31 3 2010"
    )

    def __init__(self, *given: Any, roles: Iterable[Role], kind: str, today: date, **named: Any) -> None:
        super().__init__(*given, **named)
        known = [role_in(role.code, kind) for role in roles]
        self.fields["role_code"].choices = [(role.code, role.title) for role in known]
        self.fields["role_code"].choice_hints = {role.code: role.what for role in known}
        self.today = today

    def clean_until(self) -> date | None:
        """The last day, which lies ahead."""
        until: date | None = self.cleaned_data["until"]
        if until is not None and until <= self.today:
            raise ValidationError("Until must be after today")
        return until


class JoinForm(forms.Form):
    """How somebody new wants to be called and signs in."""

    name = WordsField(label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Create a password", help_text=PASSWORD_RULE, strip=False, max_length=4_096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *given: Any, email: str, **named: Any) -> None:
        super().__init__(*given, **named)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Everything; the password is held against the list of common ones and against name and address."""
        cleaned = super().clean() or {}
        if cleaned.get("password"):
            try:
                validate_password(cleaned["password"], Person(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as refused:
                self.add_error("password", refused)
        return cleaned
