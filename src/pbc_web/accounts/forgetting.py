"""What other apps keep of a person besides their number: each lends how it forgets them."""

from __future__ import annotations

from collections.abc import Callable

from pbc_web.accounts.models import Person

Forgetting = Callable[[Person], None]
_lent: list[Forgetting] = []


def on_erase(forget: Forgetting) -> None:
    """Take a function called in the transaction that forgets a person, while their address is still known."""
    if forget not in _lent:
        _lent.append(forget)


def forget_elsewhere(person: Person) -> None:
    """Have every app forget a person."""
    for forget in _lent:
        forget(person)
