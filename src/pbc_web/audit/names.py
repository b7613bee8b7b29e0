"""How the trail says who: accounts, which stands on a floor above, lends the names when it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Lender = Callable[[Iterable[str]], Mapping[str, str]]
_lenders: list[Lender] = []


def lend_names(lender: Lender) -> None:
    """Take a function that maps numbers of people to their names; what it does not know is left out."""
    _lenders.append(lender)


def names_of(people: Iterable[str]) -> dict[str, str]:
    """This returns the names of those known; a person who was forgotten has none and stands as their number."""
    wanted = set(people)
    found: dict[str, str] = {}
    for lender in _lenders:
        found |= lender(wanted)
    return found
