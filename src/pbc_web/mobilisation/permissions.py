"""One predicate per question, each about the role; which proposals are in sight is judged where they are read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose, may_read_proposals
from pbc_web.organisations.kinds import COMMISSIONERS


def may_read_mobilisation(actor: Actor) -> bool:
    """Whoever reads proposals reads what became of them."""
    return may_read_proposals(actor)


def may_keep_milestones(actor: Actor) -> bool:
    """Those who write proposals, and those who see a commissioner's through."""
    return may_propose(actor) or may_handle_proposals(actor)


def may_read_times(actor: Actor) -> bool:
    """Everybody of a commissioner, and of the region it answers to, reads how long its decisions take."""
    return actor.organisation.kind in COMMISSIONERS or actor.sees(Sight.REGION)
