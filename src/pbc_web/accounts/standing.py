"""How an organisation is doing: each app lends its few figures when it starts; the home page asks all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pbc_web.accounts.actor import Actor


@dataclass(frozen=True)
class Standing:
    """One large figure with the words around it and the page it comes from."""

    label: str
    figure: str
    words: str
    href: str
    place: int = 50


Lender = Callable[[Actor, date], Iterable[Standing]]
_lenders: list[Lender] = []


def add_standing(lender: Lender) -> None:
    """Take a function that says how an actor's organisation is doing on a day; one lent twice is asked once."""
    if lender not in _lenders:
        _lenders.append(lender)


def standing_of(actor: Actor, today: date) -> list[Standing]:
    """This returns the figures an actor may see, in order of their places."""
    found = [each for lender in _lenders for each in lender(actor, today)]
    return sorted(found, key=lambda each: each.place)
