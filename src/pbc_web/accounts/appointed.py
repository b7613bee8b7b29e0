"""What higher apps do as somebody is given a role: whoever is newly tied to something is kept away from it from that moment.

on_appointed(look_at)   # when the app starts; look_at(person_id, at) is called in the appointment's own transaction
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

OnAppointed = Callable[[int, datetime], None]
_lent: list[OnAppointed] = []


def on_appointed(function: OnAppointed) -> None:
    """Take a function to call as people are appointed; one lent twice is called once."""
    if function not in _lent:
        _lent.append(function)


def was_appointed(person_id: int, at: datetime) -> None:
    """Call all that was lent."""
    for each in _lent:
        each(person_id, at)
