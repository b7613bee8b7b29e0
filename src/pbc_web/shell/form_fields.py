"""Form fields people fill in: a date in three boxes, an amount in pounds, free text without patients in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc.money import pence_typed_by_a_person
from pbc.stats.nhs_numbers import holds_nhs_number

MOST_SIGNS = 4_000
_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}\b", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class SplitDate(forms.Widget):
    """A day typed in three boxes, as NHS pages ask for dates."""

    def parts(self, value: Any) -> tuple[str, str, str]:
        """This returns what stands in the boxes of day, month and year."""
        if isinstance(value, date):
            return str(value.day), str(value.month), str(value.year)
        day, month, year = value if isinstance(value, tuple) else ("", "", "")
        return day, month, year

    def value_from_datadict(self, sent: Mapping[str, Any], files: Any, name: str) -> tuple[str, str, str]:
        """This returns the three boxes as they were typed."""
        return tuple(str(sent.get(f"{name}-{part}", "")).strip() for part in ("day", "month", "year"))  # type: ignore[return-value]  # three parts, three strings

    def value_omitted_from_data(self, sent: Mapping[str, Any], files: Any, name: str) -> bool:
        """This returns whether none of the boxes was sent."""
        return all(f"{name}-{part}" not in sent for part in ("day", "month", "year"))


class DayField(forms.Field):
    """A day; an impossible one is told as such."""

    widget = SplitDate

    def to_python(self, value: Any) -> date | None:
        """This returns the day, refusing one that is not in any calendar."""
        if value is None or isinstance(value, date):
            return value
        day, month, year = value
        if not (day or month or year):
            return None
        if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in (day, month, year)) or len(year) != 4:
            raise ValidationError(f"{self.label} must be a real date, like 1 5 2009")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError(f"{self.label} must be a real date, like 1 5 2009") from None


class PoundsField(forms.Field):
    """An amount typed in pounds, kept in pence. `allow_negative` for amounts that may take away."""

    def __init__(self, *, allow_negative: bool = False, **options: Any) -> None:
        self.allow_negative = allow_negative
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        """This returns pence, refusing what is no amount."""
        typed = str(value or "").strip()
        if not typed:
            return None
        try:
            pence = pence_typed_by_a_person(typed)
        except RefusedInput:
            raise ValidationError(f"{self.label} must be an amount in pounds, like 12500 or 12,500.50") from None
        if pence < 0 and not self.allow_negative:
            raise ValidationError(f"{self.label} cannot be less than nothing")
        return pence


class WordsField(forms.CharField):
    """Free text. Refuses what looks like a patient: an NHS number or a postcode, and says why."""

    def __init__(self, *, max_length: int = MOST_SIGNS, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea())
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        """This returns the text without signs nobody sees, in one form of line end."""
        said: str = super().to_python(value) or ""
        return _UNSEEN.sub("", said).replace("\r\n", "\n").strip()

    def validate(self, value: Any) -> None:
        """This refuses text with a patient in it."""
        super().validate(value)
        if value and holds_nhs_number(value):
            raise ValidationError(
                "Take out the NHS number: no patient may be named here. Say which record by its figure instead"
            )
        if value and _POSTCODE.search(value):
            raise ValidationError("Take out the postcode: no patient may be found from what is written here")
