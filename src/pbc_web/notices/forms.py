"""Forms of escalations."""

from __future__ import annotations

from django import forms

from pbc_web.shell.form_fields import WordsField


class AnswerForm(forms.Form):
    """The region's answer to an escalation."""

    answer = WordsField(
        label="Your answer", help_text="Whoever raised it and the commissioner read this. Name no patient.",
        error_messages={"required": "Write the answer"},
    )  # fmt: skip
