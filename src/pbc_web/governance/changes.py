"""What higher apps do as a register of interests changes: whoever is newly tied is kept away from that moment.

on_change(look_again)   # when the app starts; look_again(register, person_id, at) is called in the change's own transaction

`person_id` is whose interest it is, or None where an organisation or a party holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pbc_web.organisations.models import Organisation

OnChange = Callable[[Organisation, int | None, datetime], None]
_lent: list[OnChange] = []


def on_change(function: OnChange) -> None:
    """Take a function to call as interests change; one lent twice is called once."""
    if function not in _lent:
        _lent.append(function)


def has_changed(register: Organisation, person_id: int | None, at: datetime) -> None:
    """Call all that was lent."""
    for each in _lent:
        each(register, person_id, at)
