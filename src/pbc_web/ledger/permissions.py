"""One predicate per question, each about the role alone; whose books a role opens is judged where they are read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS


def may_see_books(actor: Actor) -> bool:
    """The books are for those who work for the commissioner, and for the hospital that answers for what it charged."""
    return may_read_position(actor) or may_answer(actor)


def may_read_position(actor: Actor) -> bool:
    """The page of the ledger is for all who work for the commissioner or sit on its board: it adds up all its hospitals."""
    return actor.sees(Sight.COMMISSIONER) or (actor.sees(Sight.SUMS) and actor.organisation.kind in COMMISSIONERS)


def may_read_contracts(actor: Actor) -> bool:
    """Contracts are for those who work for the commissioner, and for the hospital that signed them."""
    return actor.sees(Sight.COMMISSIONER) or may_answer(actor)


def may_read_lines(actor: Actor) -> bool:
    """What one hospital charged, line by line, is for whoever checks its invoices, and for the hospital itself."""
    return may_reconcile(actor) or may_answer(actor)


def may_reconcile(actor: Actor) -> bool:
    """Months are reconciled, and differences owned and settled, by those who check invoices."""
    return actor.may(Duty.RECONCILE)


def may_answer(actor: Actor) -> bool:
    """A hospital answers for what it charged."""
    return actor.may(Duty.ANSWER_DIFFERENCES)


def may_read_pooled_lines(actor: Actor) -> bool:
    """Pooled lines are for both owners: the commissioner, and the local authority that pools money with it."""
    return may_read_position(actor) or is_of_local_authority(actor)


def is_of_local_authority(actor: Actor) -> bool:
    """A joint manager reads the lines that the own authority holds a part of."""
    return actor.sees(Sight.NAMED) and actor.organisation.kind == "local_authority"


def may_read_allocations(actor: Actor) -> bool:
    """Allocations over years are for the commissioner they are of, and for the region it answers to."""
    return may_read_position(actor) or is_of_region(actor)


def is_of_region(actor: Actor) -> bool:
    """A region sees the allocations of its commissioners."""
    return actor.sees(Sight.REGION)
