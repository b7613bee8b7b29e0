"""Days, months and years as people type them into rows, kept as the engine reads them; what cannot be read is refused with an example."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.business_cases.sections.schema import ASKED_ON, DAY, MONTH, YEAR
from pbc_web.shell.typed_days import day_typed


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
        first, is_day = day_typed(said) or (None, False)
        if first is None or is_day != (kind == DAY):
            raise ValidationError(
                "Enter a day, like 1 April 2009 or 2009-04-01"
                if kind == DAY
                else "Enter a month, like April 2009 or 2009-04"
            )
        return first.isoformat() if kind == DAY else first.isoformat()[:7]
    if kind == ASKED_ON:
        read = day_typed(said)
        if read is None:
            raise ValidationError("Enter a day or a month, like 12 February 2009 or February 2009")
        if read[0] > on:
            raise ValidationError(f"{said} has not come yet: say only whom you asked, and when that was")
    return said
