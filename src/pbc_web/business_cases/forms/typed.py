"""Days, months and years as people type them into rows, kept as the engine reads them; what cannot be read is refused with an example."""

from __future__ import annotations

import calendar
import re
from datetime import date

from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.business_cases.sections.schema import ASKED_ON, DAY, MONTH, YEAR

MONTHS = {name[:3].lower(): at for at, name in enumerate(calendar.month_name) if name}
IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]{3,9})\.?,?\s+(\d{4})", re.IGNORECASE
)  # 1 April 2009, Apr 2009
IN_NUMBERS = re.compile(r"(?:(\d{1,2})[/.])?(\d{1,2})[/.](\d{4})")  # 1/4/2009, 04/2009
BACKWARDS = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")  # 2009-04-01, 2009-04


def as_read(kind: str, said: str, *, on: date) -> str:
    """This returns a cell as it is kept: a month as 2009-04, a day as 2009-04-01, a year as 2009-10; words stay as they are.

    Of a day on which somebody was asked the month will do, it stays as it was typed, and it is not after the day `on`.
    """
    if kind == YEAR:
        try:
            return FinancialYear.parse(said).slug
        except RefusedInput:
            raise ValidationError("Enter a financial year, like 2009-10") from None
    if kind in (MONTH, DAY):
        first, is_day = _read(said) or (None, False)
        if first is None or is_day != (kind == DAY):
            raise ValidationError(
                "Enter a day, like 1 April 2009 or 2009-04-01"
                if kind == DAY
                else "Enter a month, like April 2009 or 2009-04"
            )
        return first.isoformat() if kind == DAY else first.isoformat()[:7]
    if kind == ASKED_ON:
        read = _read(said)
        if read is None:
            raise ValidationError("Enter a day or a month, like 12 February 2009 or February 2009")
        if read[0] > on:
            raise ValidationError(f"{said} has not come yet: say only whom you asked, and when that was")
    return said


def _read(said: str) -> tuple[date, bool] | None:
    """The day, or the first day of the month, that words name, and whether they name a day; None where they name neither."""
    words = said.strip()
    if found := IN_WORDS.fullmatch(words):
        day, name, year = found.groups()
        month = MONTHS.get(name[:3].lower(), 0)
        if not calendar.month_name[month].lower().startswith(name.lower()) and name.lower() != "sept":
            return None
    elif found := IN_NUMBERS.fullmatch(words):
        day, month, year = found[1], int(found[2]), found[3]
    elif found := BACKWARDS.fullmatch(words) or re.fullmatch(r"(\d{4})(\d{2})()", words):
        year, month, day = found[1], int(found[2]), found[3]
    else:
        return None
    try:
        return date(int(year), month, int(day or 1)), bool(day)
    except ValueError:
        return None
