"""How the trail says who: accounts, which stands on a floor above, lends the names when it starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Lender = Callable[[Iterable[str]], Mapping[str, str]]
Finder = Callable[[str], Iterable[str]]
_lenders: list[tuple[Lender, Finder]] = []
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def lend_names(lender: Lender, finder: Finder) -> None:
    """Take a function that maps numbers of people to names, leaving out whom it does not know, and one that finds numbers by a name."""
    _lenders.append((lender, finder))


def names_of(people: Iterable[str]) -> dict[str, str]:
    """This returns the names of those known; a person who was forgotten has none and stands as their number."""
    wanted = {each for each in people if _NUMBER.fullmatch(each)}  # a process of ours has a name for a number
    found: dict[str, str] = {}
    for lender, _ in _lenders if wanted else ():
        found |= lender(wanted)
    return found


def numbers_of(name: str) -> list[str]:
    """This returns the numbers of people whose name has these words in it, and the words themselves: they may be a number."""
    return [name, *(number for _, finder in _lenders for number in finder(name))]


def numbers_in(told: Mapping[str, Any]) -> list[str]:
    """This returns the values told that are numbers of people."""
    return [value for value in told.values() if isinstance(value, str) and _NUMBER.fullmatch(value)]
