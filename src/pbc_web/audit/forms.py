"""What a reader of the trail may ask for."""

from __future__ import annotations

from django import forms

from pbc_web.audit.sentences import SENTENCES
from pbc_web.shell.form_fields import DayField


class TrailForm(forms.Form):
    """Which entries to show; everything may be left open."""

    organisation = forms.CharField(label="Code of an organisation", required=False, max_length=20)
    verb = forms.ChoiceField(label="What was done", required=False)
    who = forms.CharField(label="Who did it", required=False, max_length=120, help_text="A name or part of one")
    first = DayField(label="From", required=False)
    last = DayField(label="To", required=False)

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        verbs = sorted((verb.replace("_", " "), verb) for verb in SENTENCES)
        self.fields["verb"].choices = [("", "Anything"), *((verb, text.capitalize()) for text, verb in verbs)]
