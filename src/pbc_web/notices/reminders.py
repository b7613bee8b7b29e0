"""Reminders of a date that comes near or has passed: after days of silence the nearest one is told, never all of them."""

from __future__ import annotations

from datetime import date

DAYS_BEFORE = (14, 7, 1)
OVERDUE = -1


def reminder_due(due_on: date, *, today: date, days_before: tuple[int, ...] = DAYS_BEFORE) -> int | None:
    """This returns which reminder a day calls for: how many days before it was due to be told, -1 once overdue, or None.

    The key of its notice should end with the number: then each is told once, whatever ticks were missed.

    >>> may = date(2009, 5, 1)
    >>> [reminder_due(may, today=date(2009, 4, day)) for day in (16, 17, 25, 30)], reminder_due(may, today=date(2009, 5, 2))
    ([None, 14, 7, 1], -1)
    >>> reminder_due(may, today=may)  # the day itself is not late: it ends at midnight in London
    1
    """
    left = (due_on - today).days
    if left < 0:
        return OVERDUE
    return min((days for days in days_before if left <= days), default=None)
