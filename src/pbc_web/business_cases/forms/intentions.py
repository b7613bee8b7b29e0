"""Writing an intention, dropping one, answering a line, and ticking off a step of the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from pbc.money import pounds
from pbc.reference.activity import SERVICES
from pbc_web.business_cases.actions.intentions import Intended
from pbc_web.business_cases.models import Intention
from pbc_web.business_cases.queries.intentions import Line
from pbc_web.shell.form_fields import DayField, PoundsField, WordsField


class IntentionForm(forms.Form):
    """What the commissioner intends, and the lines it came from."""

    words = WordsField(
        label="What do you intend to do?", max_length=400, widget=forms.Textarea(), help_text="One or two sentences every practice reads.",
        error_messages={"required": "Say what you intend to do"},
    )  # fmt: skip
    service = forms.ChoiceField(
        required=False, label="Budget line", choices=[("", "None or several"), *((code, each.title) for code, each in SERVICES.items())]
    )  # fmt: skip
    pence = PoundsField(
        required=False, label="Pounds in the year", allow_negative=True, help_text="What is saved is below nought."
    )
    lines = forms.MultipleChoiceField(
        required=False,
        label="Which lines of approved proposals does it come from?",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *given: Any, offered: Sequence[Line], held: Intention | None, **more: Any) -> None:
        initial: dict[str, Any] = {}
        if held:
            taken = [f"{each.proposal.code}:{each.line}" for each in held.live]  # type: ignore[attr-defined]  # prefetched
            amount = "" if held.pence is None else f"{held.pence / 100:.2f}"
            initial = {"words": held.words, "service": held.service, "pence": amount, "lines": taken}
        super().__init__(*given, initial=initial, **more)
        self.offered = {each.key: each for each in offered}
        self.fields["lines"].choices = [(each.key, line_words(each)) for each in offered]  # type: ignore[attr-defined]  # a choice field
        if not offered:
            del self.fields["lines"]

    @property
    def said(self) -> Intended:
        """What the form says, once it is valid."""
        found = self.cleaned_data
        return Intended(found["words"], found["service"], found["pence"])

    @property
    def chosen(self) -> list[Line]:
        """The lines ticked."""
        return [self.offered[key] for key in self.cleaned_data.get("lines", [])]


def line_words(line: Line) -> str:
    """This returns a line as one reads it in a list: its words, money and plan."""
    money = f", {pounds(line.pence)}" if line.pence is not None else ""
    return f"{line.words}{money} ({line.proposal.code})"


class ReasonForm(forms.Form):
    """Why something is left out or dropped: its authors and every practice read it."""

    reason = WordsField(
        label="Why?", max_length=1_000, help_text="Its authors and every practice read this.", error_messages={"required": "Say why"}
    )  # fmt: skip


class DoneForm(forms.Form):
    """Since which day a step is done."""

    done_on = DayField(label="Since which day is it done?", error_messages={"required": "Enter the day"})
