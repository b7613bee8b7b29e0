"""One predicate per question, each about the role; what a person may open is judged where it is read (`queries/in_sight.py`)."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, REGIONS


def may_read_proposals(actor: Actor) -> bool:
    """Everybody of a commissioner, its practices and their groups reads what is open to them, and the region that is answered to."""
    return actor.organisation.kind in ("practice", *GROUPS, *COMMISSIONERS) or actor.sees(Sight.REGION)


def may_propose(actor: Actor) -> bool:
    """Practices and groups write plans and cases."""
    return actor.may(Duty.PROPOSE)


def may_handle_proposals(actor: Actor) -> bool:
    """Whoever sees a commissioner's proposals through: assigns, asks, stops the clock, sets them on agendas, decides light ones."""
    return actor.may(Duty.HANDLE_PROPOSALS)


def may_review_proposals(actor: Actor) -> bool:
    """Whoever may be asked to score a proposal."""
    return actor.may(Duty.REVIEW_PROPOSALS)


def may_decide_proposals(actor: Actor) -> bool:
    """Members of the committee that decides."""
    return actor.may(Duty.DECIDE_PROPOSALS)


def may_arbitrate(actor: Actor) -> bool:
    """The region, to which a refusal is appealed."""
    return actor.may(Duty.ARBITRATE)


def may_take_part(actor: Actor) -> bool:
    """Whoever reviews, handles or decides proposals for a commissioner."""
    return may_review_proposals(actor) or may_decide_proposals(actor) or may_handle_proposals(actor)


def may_declare(actor: Actor) -> bool:
    """Everybody of a commissioner declares before they open a proposal's papers, and of the region once it is appealed."""
    return actor.organisation.kind in (*COMMISSIONERS, *REGIONS)
