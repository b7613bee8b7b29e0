"""One predicate per question, each about the role; which rows a role sees is judged where they are read."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty
from pbc_web.statements.permissions import may_decide_pots, may_read_year_ends


def may_read_reinvestment(actor: Actor) -> bool:
    """How freed-up money is spent again is read by all who read year ends."""
    return may_read_year_ends(actor)


def may_propose_uses(actor: Actor) -> bool:
    """Practices and groups say what their pot is to be spent on."""
    return actor.may(Duty.PROPOSE)


def may_record_spending(actor: Actor) -> bool:
    """What is spent, set free or carried on is recorded by those who close the commissioner's year."""
    return may_decide_pots(actor)


def may_agree_exceptions(actor: Actor) -> bool:
    """An exception from the shares of the year is agreed by the region's performance manager."""
    return actor.may(Duty.ARBITRATE)
