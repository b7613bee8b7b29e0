"""What is done to a proposal as a whole: who writes it, taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from pbc_web.accounts.models import Person
from pbc_web.shell.form_fields import WordsField


class AuthorForm(forms.Form):
    """Somebody to write with."""

    person = forms.ChoiceField(label="Who writes it with you?", error_messages={"required": "Choose somebody"})

    def __init__(self, *given: Any, people: Iterable[Person], named: Mapping[int, str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.people = {str(each.id): each for each in people}
        self.fields["person"].choices = [("", "Choose"), *((key, named[each.id]) for key, each in self.people.items())]  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen(self) -> Person:
        """Who was chosen."""
        return self.people[self.cleaned_data["person"]]


class WithdrawForm(forms.Form):
    """Why a proposal is taken back."""

    reason = WordsField(
        label="Why do you withdraw it?", max_length=1_000, help_text="The commissioner reads this.",
        error_messages={"required": "Say why"},
    )  # fmt: skip
