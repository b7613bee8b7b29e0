"""What needs somebody: each app lends its answer when it starts; the home page asks all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pbc_web.accounts.actor import Actor


@dataclass(frozen=True)
class Task:
    """One thing that waits for somebody: a title that begins with its verb, where it is done, by when, in about how long."""

    title: str
    href: str
    due_on: date | None = None
    minutes: int = 5
    is_late: bool = False


Lender = Callable[[Actor, date], Iterable[Task]]
_lenders: list[Lender] = []


def add_tasks(lender: Lender) -> None:
    """Take a function that says what waits for an actor on a day; one lent twice is asked once."""
    if lender not in _lenders:
        _lenders.append(lender)


def tasks_for(actor: Actor, today: date) -> list[Task]:
    """This returns all that waits for an actor: what is late first, then by day due, what has no day last."""
    found = [task for lender in _lenders for task in lender(actor, today)]
    return sorted(found, key=lambda task: (not task.is_late, task.due_on or date.max, task.title))
