"""The reading page of a proposal is a frame of parts: each says what it has for somebody, and stands where it belongs.

    add_part(30, "business_cases/reviews.html", reviews_shown)   # when an app starts, or a module that lends is imported

The function is given the actor, a proposal they may open and the moment; it returns what its template reads as `part`, or None
where it has nothing to show. It judges for itself what the actor may see; the page itself was found by `queries/in_sight.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal

Shown = Callable[[Actor, Proposal, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Part:
    """A part with something to show: the template, and what it reads by the name `part`."""

    template: str
    part: Mapping[str, Any]


Noted = Callable[[Proposal, str], str]
_parts: list[tuple[int, str, Shown]] = []
_notes: list[Noted] = []


def add_note(function: Noted) -> None:
    """Have something said beside a section while it is written, given its code, and on the page that checks all, given none."""
    if function not in _notes:
        _notes.append(function)


def notes_of(proposal: Proposal, section: str = "") -> list[str]:
    """This returns what higher apps have to say of a draft, or of one section of it."""
    return [said for said in (function(proposal, section) for function in _notes) if said]


def add_part(order: int, template: str, function: Shown) -> None:
    """Hang a part on the page, once; lower orders stand further up. The head is 0, what it says 50, its history 90."""
    if all((template, function) != each[1:] for each in _parts):
        _parts.append((order, template, function))


def parts_of(actor: Actor, proposal: Proposal, at: datetime) -> list[Part]:
    """This returns the parts somebody sees of a proposal, from above to below."""
    found = (
        (template, function(actor, proposal, at)) for _, template, function in sorted(_parts, key=lambda each: each[0])
    )
    return [Part(template, part) for template, part in found if part is not None]
