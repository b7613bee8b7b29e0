"""What stands before a meeting is known to a higher app, which lends it: the agenda's address and how much stands on it, for somebody,
and what is to be done there before a meeting is moved, cancelled or held after all.

    lend_agenda(agenda_told)   # when the app starts; agenda_told(actor, meeting) says None to whoever may not open it
    before_change(tell)        # tell(meeting, move, becomes, at=moment) in its transaction; a fault it raises refuses the change
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pbc_web.accounts.actor import Actor
from pbc_web.panels.models import Meeting
from pbc_web.shell.words import count_of


@dataclass(frozen=True)
class Agenda:
    """Where a meeting's agenda is, and how many proposals stand on it of those somebody may see."""

    href: str
    count: int

    @property
    def words(self) -> str:
        """How many stand before it, in a sentence."""
        return f"{count_of(self.count, 'proposal')} {'stands' if self.count == 1 else 'stand'} before it."


Told = Callable[[Actor, Meeting], Agenda | None]
_lenders: list[Told] = []


def lend_agenda(function: Told) -> None:
    """Take a function that tells a meeting's agenda; one lent twice is asked once."""
    if function not in _lenders:
        _lenders.append(function)


def agendas_of(actor: Actor, meeting: Meeting) -> list[Agenda]:
    """This returns the agendas of a meeting that somebody may open."""
    return [found for each in _lenders if (found := each(actor, meeting)) is not None]


class BeforeChange(Protocol):
    """What is called with a meeting as it stands before a move, and with what becomes of it in words."""

    def __call__(self, meeting: Meeting, move: str, becomes: str, *, at: datetime) -> object:
        """Tell whom it concerns, or raise a fault that refuses the change."""


_before: list[BeforeChange] = []


def before_change(function: BeforeChange) -> None:
    """Take a function to call before a meeting is moved, cancelled or held after all; one lent twice is called once."""
    if function not in _before:
        _before.append(function)


def tell_of_change(meeting: Meeting, move: str, becomes: str, *, at: datetime) -> None:
    """Call all that was lent, in the order it was lent."""
    for each in _before:
        each(meeting, move, becomes, at=at)
