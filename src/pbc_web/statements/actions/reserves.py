"""What is promised of a pot to approved uses: reserved, spent from what is reserved, or set free again; never above the pot."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc_web.accounts.actor import Actor
from pbc_web.statements.actions.year_ends import locked, require_at_most, reservable, write
from pbc_web.statements.models import Pot, PotMove


@transaction.atomic
def reserve(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> PotMove:
    """Promise a part of what is confirmed, neither spent nor promised, and of which no notice was given."""
    held = locked(pot, "reserve")
    require_at_most(held, amount_pence, reservable(held), "is confirmed and not yet spent, promised or under notice")
    held.reserved_pence += amount_pence
    return _done(held, "reserve", amount_pence, reason=reason, by=by, at=at)


@transaction.atomic
def set_free(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> PotMove:
    """Promise a part no longer."""
    held = locked(pot, "free")
    require_at_most(held, amount_pence, held.reserved_pence, "is promised")
    held.reserved_pence -= amount_pence
    return _done(held, "free", amount_pence, reason=reason, by=by, at=at)


@transaction.atomic
def spend_reserved(pot: Pot, *, amount_pence: int, reason: str, by: Actor, at: datetime) -> PotMove:
    """Spend a part of what is promised, as far as it is available."""
    held = locked(pot, "spend")
    require_at_most(held, amount_pence, min(held.reserved_pence, held.left_pence), "is promised and available")
    held.reserved_pence, held.spent_pence = held.reserved_pence - amount_pence, held.spent_pence + amount_pence
    return _done(held, "spend", amount_pence, reason=reason, by=by, at=at)


def _done(held: Pot, kind: str, amount_pence: int, *, reason: str, by: Actor, at: datetime) -> PotMove:
    held.save()
    return write(held, kind, amount_pence, reason=reason, by=by, at=at)
