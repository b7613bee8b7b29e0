"""An idea, and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from pbc_web.organisations.models import Organisation
from pbc_web.shell.form_fields import WordsField


class IdeaForm(forms.Form):
    """One paragraph."""

    title = WordsField(
        label="What is it called?",
        max_length=120,
        widget=forms.TextInput(),
        error_messages={"required": "Enter what it is called"},
    )
    words = WordsField(
        label="What is your idea?", max_length=1_500, help_text="One paragraph: what could be better, for whom, and how.",
        error_messages={"required": "Say what your idea is"},
    )  # fmt: skip
    commissioner = forms.ChoiceField(label="To which commissioner?")

    def __init__(self, *given: Any, commissioners: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*given, **more)
        self.commissioners = {each.code: each for each in commissioners}
        self.fields["commissioner"].choices = [(each.code, each.name) for each in commissioners]  # type: ignore[attr-defined]  # a choice field
        if len(commissioners) < 2:
            del self.fields["commissioner"]

    @property
    def commissioner_chosen(self) -> Organisation:
        """The one commissioner there is, or the one chosen."""
        chosen = self.cleaned_data.get("commissioner", "")
        return self.commissioners[chosen] if chosen else next(iter(self.commissioners.values()))


class AnswerForm(forms.Form):
    """Taken up, or not and why."""

    move = forms.ChoiceField(
        label="Do you take it up?", choices=[("take_up", "Yes: it becomes a draft of theirs, and I sponsor it"), ("decline", "No")],
        widget=forms.RadioSelect, error_messages={"required": "Choose yes or no"},
    )  # fmt: skip
    answer = WordsField(
        required=False,
        label="What do you say to it?",
        max_length=1_500,
        help_text="They read this. If you do not take it up, say why.",
    )

    def clean(self) -> dict[str, Any]:
        """This returns the answer; a no has a reason."""
        said = self.cleaned_data
        if said.get("move") == "decline" and not said.get("answer"):
            self.add_error("answer", "Say why you do not take it up")
        return said
