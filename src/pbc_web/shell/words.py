"""Dates, times and counts as NHS pages write them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from pbc.money import pounds_exactly


def day(value: date | datetime | None, missing: str = "No date") -> str:
    """This returns a day in words.

    >>> day(date(2009, 5, 1)), day(None)
    ('1 May 2009', 'No date')
    """
    if value is None:
        return missing
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def amount(pence: int) -> str:
    """This returns pounds, with pence where there are any, so that amounts side by side add up.

    >>> amount(300_050), amount(200_000)
    ('£3,000.50', '£2,000')
    """
    return pounds_exactly(pence)


def moment(value: datetime | None, missing: str = "Not yet") -> str:
    """This returns a moment in words, in London: 1 May 2009 at 2:05pm."""
    if value is None:
        return missing
    local = timezone.localtime(value)
    return f"{day(local)} at {clock_time(local.hour, local.minute)}"


def clock_time(hour: int, minute: int) -> str:
    """This returns a time of day in words.

    >>> clock_time(0, 0), clock_time(12, 0), clock_time(17, 0), clock_time(9, 5)
    ('midnight', 'midday', '5pm', '9:05am')
    """
    if minute == 0 and hour in (0, 12):
        return "midday" if hour else "midnight"
    half = "am" if hour < 12 else "pm"
    return f"{hour % 12 or 12}{f':{minute:02d}' if minute else ''}{half}"


def count_of(count: int, one: str, many: str = "") -> str:
    """This returns a count with its noun.

    >>> count_of(1, "practice"), count_of(1204, "practice"), count_of(0, "query", "queries")
    ('1 practice', '1,204 practices', '0 queries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
