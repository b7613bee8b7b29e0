"""What is withheld from whom in the trail and in escalations: a higher app lends, for its kind of thing, the keys a person may not see.

withhold("proposal", keys_kept_from)   # when the app starts; keys_kept_from(person_id) returns the keys as entries name them
withhold_in_trail("proposal", keys_not_read_by)   # of the trail alone, by the role acted in; keys_not_read_by(actor)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

KeysFor = Callable[[int], Iterable[str]]
KeysOf = Callable[[Any], Iterable[str]]  # an actor: this app stands below the one that knows them
_lent: dict[str, KeysFor] = {}
_in_trail: dict[str, KeysOf] = {}


def withhold(kind: str, keys_for: KeysFor) -> None:
    """Take the function that names the keys of a kind withheld from a person."""
    _lent[kind] = keys_for


def withhold_in_trail(kind: str, keys_of: KeysOf) -> None:
    """Take the function that names the keys of a kind of which somebody, as they act, reads no entry; all else of them they see."""
    _in_trail[kind] = keys_of


def withheld_from(*people: int) -> dict[str, list[str]]:
    """This returns by kind the keys withheld from any of some people; kinds of which nothing is withheld are left out."""
    found = {kind: [key for person in people for key in keys_for(person)] for kind, keys_for in _lent.items()}
    return {kind: keys for kind, keys in found.items() if keys}


def without_entries(actor: Any) -> list[tuple[str, list[str]]]:
    """This returns, kind by kind, the keys of which an actor reads no entry of the trail, as what they see is narrowed by each."""
    in_trail = [(kind, list(keys_of(actor))) for kind, keys_of in _in_trail.items()]
    return [*withheld_from(*actor.eyes).items(), *((kind, keys) for kind, keys in in_trail if keys)]
