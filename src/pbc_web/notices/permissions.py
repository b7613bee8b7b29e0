"""Who may read and do what with notices and escalations."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight


def may_see_escalations(actor: Actor) -> bool:
    """Escalations are seen by the region, the commissioner and whoever raised them."""
    return actor.role.sight in (Sight.OWN_PRACTICE, Sight.OWN_GROUP, Sight.COMMISSIONER, Sight.REGION)


def may_answer_escalations(actor: Actor) -> bool:
    """An escalation is answered by the region."""
    return actor.may(Duty.ANSWER_ESCALATION)


def may_keep_outbox(actor: Actor) -> bool:
    """The outbox is kept by administrators."""
    return actor.may(Duty.ADMINISTER)
