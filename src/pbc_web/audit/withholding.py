"""What is withheld from whom in the trail and in escalations: a higher app lends, for its kind of thing, the keys a person may not see.

withhold("proposal", keys_kept_from)   # when the app starts; keys_kept_from(person_id) returns the keys as entries name them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

KeysFor = Callable[[int], Iterable[str]]
_lent: dict[str, KeysFor] = {}


def withhold(kind: str, keys_for: KeysFor) -> None:
    """Take the function that names the keys of a kind withheld from a person."""
    _lent[kind] = keys_for


def withheld_from(*people: int) -> dict[str, list[str]]:
    """This returns by kind the keys withheld from any of some people; kinds of which nothing is withheld are left out."""
    found = {kind: [key for person in people for key in keys_for(person)] for kind, keys_for in _lent.items()}
    return {kind: keys for kind, keys in found.items() if keys}
