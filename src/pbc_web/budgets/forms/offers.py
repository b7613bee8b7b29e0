"""Issuing offers, asking about them and answering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc_web.budgets.names import WHOLE, service_title
from pbc_web.shell.form_fields import WordsField


class IssueForm(forms.Form):
    """To which practices, and whether what budgets rest on is settled."""

    practices = forms.MultipleChoiceField(label="To which practices?", widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(
        label="Are these offers firm?", widget=forms.RadioSelect,
        choices=[("firm", "Firm: they can be agreed"), ("provisional", "Provisional: they wait for something")],
    )  # fmt: skip
    waits_for = forms.CharField(
        label="What do provisional offers wait for?", max_length=200, required=False,
        help_text="For example, the contract with the general hospital",
    )  # fmt: skip

    def __init__(
        self, *args: Any, practices: list[tuple[str, str]], hints: Mapping[str, str] | None = None, **options: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        self.fields["practices"].choices = practices
        self.fields["practices"].choice_hints = hints or {}
        self.fields["practices"].error_messages["required"] = "Choose at least one practice"
        self.fields["kind"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice"), "Say whether the offers are firm or provisional"
        )

    def clean(self) -> dict[str, Any]:
        """This asks what a provisional offer waits for."""
        said = super().clean() or {}
        if said.get("kind") == "provisional" and not said.get("waits_for"):
            self.add_error("waits_for", ValidationError("Say what the provisional offers wait for"))
        return said


class AskForm(forms.Form):
    """A question about a line."""

    service = forms.ChoiceField(label="What is it about?", required=False)
    words = WordsField(label="What do you want to ask?", max_length=2_000, help_text="Do not name patients.")

    def __init__(self, *args: Any, services: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["service"].choices = [("", WHOLE), *((code, service_title(code)) for code in services)]
        self.fields["words"].error_messages["required"] = "Write what you want to ask"


class WordsForm(forms.Form):
    """An answer or a further question."""

    words = WordsField(label="Your words", max_length=2_000, help_text="Do not name patients.")

    def __init__(self, *args: Any, label: str = "Your words", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = label
        self.fields["words"].error_messages["required"] = f"Write {label[0].lower()}{label[1:]}"
