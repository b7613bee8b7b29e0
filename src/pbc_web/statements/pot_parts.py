"""What higher apps show on the page of a pot: each part says what it has for somebody, or None.

add_pot_part("reinvestment/part_pot.html", uses_shown)   # when the app starts; uses_shown(actor, pot, today)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pbc_web.accounts.actor import Actor
from pbc_web.statements.models import Pot

Shown = Callable[[Actor, Pot, date], Mapping[str, Any] | None]
_parts: list[tuple[str, Shown]] = []


def add_pot_part(template: str, function: Shown) -> None:
    """Hang a part on the page, once; the template reads what the function returns as `part`."""
    if (template, function) not in _parts:
        _parts.append((template, function))


def pot_parts(actor: Actor, pot: Pot, today: date) -> list[tuple[str, Mapping[str, Any]]]:
    """This returns the parts somebody sees of a pot, each a template and what it reads."""
    found = ((template, function(actor, pot, today)) for template, function in _parts)
    return [(template, part) for template, part in found if part is not None]
