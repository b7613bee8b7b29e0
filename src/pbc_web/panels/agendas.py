"""What stands before a meeting is known to a higher app, which lends it: the agenda's address and how much stands on it, for somebody.

lend_agenda(agenda_told)   # when the app starts; agenda_told(actor, meeting) says None to whoever may not open it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
