"""Days and months as people type them among other words: 1 April 2009, 1st Apr 2009, 1/4/2009, 2009-04-01; April 2009, 04/2009, 2009-04."""

from __future__ import annotations

import calendar
import re
from datetime import date

MONTHS = {name[:3].lower(): at for at, name in enumerate(calendar.month_name) if name}
IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s/]+)?([a-z]{3,9})\.?,?[\s/]+(\d{4})", re.IGNORECASE
)  # 1 April 2009, Apr 2009
IN_NUMBERS = re.compile(r"(?:(\d{1,2})[ /.])?(\d{1,2})[ /.](\d{4})")  # 1/4/2009, 04/2009
BACKWARDS = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")  # 2009-04-01, 2009-04


def day_typed(said: str) -> tuple[date, bool] | None:
    """This returns the day, or the first day of the month, that words name, and whether they name a day; None where they name neither.

    >>> day_typed("1st April 2009"), day_typed("04/2009"), day_typed("31 June 2009")
    ((datetime.date(2009, 4, 1), True), (datetime.date(2009, 4, 1), False), None)
    """
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
