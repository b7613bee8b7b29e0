"""The one clock of the web. Actions are told the time by whoever calls them; views ask here."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This returns the moment it is, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """This returns the day it is in London: a day in a rule ends at midnight there."""
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """This returns the day of a moment in London, where days of rules begin and end."""
    return timezone.localtime(moment).date()
