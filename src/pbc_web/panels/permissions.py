"""One predicate per question, each about the role; whose panel a role opens is judged where it is read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS


def may_read_panels(actor: Actor) -> bool:
    """A panel and its meetings are read by all of its commissioner, its practices and their groups, and by the region above."""
    return actor.organisation.kind in ("practice", *GROUPS, *COMMISSIONERS) or actor.sees(Sight.REGION)


def may_keep_panels(actor: Actor) -> bool:
    """A panel is kept by whoever sees its commissioner's proposals through."""
    return actor.may(Duty.HANDLE_PROPOSALS)


def keeps(actor: Actor, commissioner_id: int) -> bool:
    """Whether somebody keeps the panel of a commissioner: their own."""
    return may_keep_panels(actor) and commissioner_id == actor.organisation.id
