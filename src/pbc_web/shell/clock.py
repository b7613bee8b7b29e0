"""The one clock of the web. Actions are told the time by whoever calls them; views ask here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

_moved_by = timedelta(0)


def now() -> datetime:
    """This returns the moment it is, aware, in UTC."""
    return timezone.now() + _moved_by


def today() -> date:
    """This returns the day it is in London: a day in a rule ends at midnight there."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """This returns the day of a moment in London, where days of rules begin and end."""
    return timezone.localtime(moment).date()


def begin_at(moment: datetime) -> None:
    """Have the clock of this process go on from a moment: a made-up world lives in its own years. Never called in earnest."""
    global _moved_by  # noqa: PLW0603 the one clock there is
    _moved_by = moment - timezone.now()
