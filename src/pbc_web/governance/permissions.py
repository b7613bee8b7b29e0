"""One predicate per question, each about the role; whose register a role opens is judged where it is read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS


def may_declare(actor: Actor) -> bool:
    """Everybody declares who holds a role in a commissioner, its practices or their groups."""
    return actor.organisation.kind in ("practice", *GROUPS, *COMMISSIONERS)


def may_read_register(actor: Actor) -> bool:
    """A register is read by all who declare in it, and by the region its commissioner answers to."""
    return may_declare(actor) or actor.sees(Sight.REGION)


def may_keep_interests(actor: Actor) -> bool:
    """The register of interests is kept by the commissioner's commissioning manager."""
    return actor.may(Duty.KEEP_INTERESTS)


def keeps(actor: Actor, register_id: int) -> bool:
    """Whether somebody keeps the register of a commissioner: their own."""
    return may_keep_interests(actor) and register_id == actor.organisation.id
