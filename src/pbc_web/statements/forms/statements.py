"""What people fill in on the pages of statements."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc_web.shell.form_fields import DayField, PoundsField, WordsField
from pbc_web.statements.actions.reading import PURPOSES
from pbc_web.statements.two_sentences import require_two_sentences


class AskForStatement(forms.Form):
    """Whether what never came is left out."""

    leaves_out = forms.BooleanField(
        required=False, label="Leave out what never came",
        help_text="What is missing is left out of budget and cost alike, and every page says so first. "
        "Without this, a month with something missing is refused.",
    )  # fmt: skip


class CommentForm(forms.Form):
    """The commissioner's two sentences."""

    words = WordsField(
        label="Your comment, in 2 sentences", max_length=1_000,
        help_text="Say what stands out, then what you do about it. It is printed with your name, role and today's date.",
    )  # fmt: skip

    def clean_words(self) -> str:
        """This returns the two sentences."""
        try:
            return require_two_sentences(self.cleaned_data["words"])
        except RefusedInput as refusal:
            found = f": {refusal.found} found" if "sentence" in refusal.found else f": {refusal.found}"
            raise ValidationError(f"{refusal.what.rstrip('.')}{found}") from refusal


class QueryForm(forms.Form):
    """What is asked."""

    words = WordsField(
        label="What do you want to know, or what looks wrong?", max_length=2_000,
        help_text="Do not name a patient. The practice, its group and the commissioner can read this.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What is answered."""

    words = WordsField(
        label="Your answer",
        max_length=4_000,
        help_text="The practice and its group can read this. Do not name a patient.",
    )


class PurposeForm(forms.Form):
    """Why records are looked at."""

    purpose = forms.ChoiceField(
        label="What do you need the records for?", choices=list(PURPOSES.items()), widget=forms.RadioSelect,
        error_messages={"required": "Say what you need the records for"},
    )  # fmt: skip


class DeclareForm(forms.Form):
    """A pot declared."""

    amount = PoundsField(label="What the practice or group keeps")
    held_back = PoundsField(label="Of it, held back until the year is final")
    reason = WordsField(label="Reason", max_length=1_000, help_text="For example: closing estimate of 2009/10.")


class MoveForm(forms.Form):
    """A step of a pot's money."""

    amount = PoundsField(label="Amount")
    reason = WordsField(label="Reason", max_length=1_000)


class NoticeForm(forms.Form):
    """Notice that a pot will be lowered."""

    amount = PoundsField(label="By how much the pot will be lowered")
    takes_effect_on = DayField(label="Day it takes effect", help_text="After today. For example, 1 9 2010.")
    words = WordsField(label="What the practice or group is told", max_length=2_000)
