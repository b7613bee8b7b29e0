"""What is asked for by a form of its own."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError

MOST_CODES = 50


class HierarchiesForm(forms.Form):
    """Which part of England to read."""

    commissioners = forms.CharField(
        label="Codes of commissioners, boards or regions", required=False, max_length=400,
        help_text="Like 02A QOP. Only practices that ever belonged to them are read. Leave it empty for all of England",
    )  # fmt: skip

    def clean_commissioners(self) -> list[str]:
        """This returns the codes in capitals, each once."""
        codes = sorted({code.upper() for code in re.split(r"[\s,;]+", self.cleaned_data["commissioners"]) if code})
        if len(codes) > MOST_CODES or not all(re.fullmatch(r"[A-Z0-9]{2,6}", code) for code in codes):
            raise ValidationError(f"Codes must be letters and digits, like 02A QOP, and at most {MOST_CODES}")
        return codes
