"""Who may do what with deliveries."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight


def may_see_deliveries(actor: Actor) -> bool:
    """Deliveries are seen by those who work for the commissioner they came to."""
    return actor.sees(Sight.COMMISSIONER)


def may_deliver(actor: Actor) -> bool:
    """Files are uploaded, accepted and rejected by whoever takes in deliveries for the commissioner."""
    return actor.may(Duty.DELIVER)


def may_keep_feeds(actor: Actor) -> bool:
    """The register of feeds is kept by the commissioner's keeper of registers."""
    return actor.may(Duty.KEEP_REGISTER) and actor.sees(Sight.COMMISSIONER)
