"""What is asked of somebody who wants a token."""

from __future__ import annotations

from django import forms

from pbc_web.shell.form_fields import DayField


class NewToken(forms.Form):
    """A token to issue."""

    name = forms.CharField(
        label="What is the token for?", max_length=80, help_text="For example: monthly load into the data warehouse"
    )
    expires_on = DayField(label="Last day it works", help_text="A year from now at the latest. For example, 31 3 2010")
    may_write = forms.BooleanField(
        label="It may also ask for work to be done", required=False, help_text="Without this it can only read."
    )
