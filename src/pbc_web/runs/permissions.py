"""Who may follow runs, stop them and have them done again."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS


def may_follow_runs(actor: Actor) -> bool:
    """Runs are followed by the commissioner's own people and by administrators."""
    return actor.sees(Sight.COMMISSIONER) or actor.may(Duty.ADMINISTER)


def may_see_progress(actor: Actor) -> bool:
    """How far a run of theirs is, is seen by everyone who acts for a commissioner or a group, and by administrators."""
    return may_follow_runs(actor) or actor.organisation.kind in (*COMMISSIONERS, *GROUPS)


def may_steer(actor: Actor, duties: frozenset[Duty]) -> bool:
    """A run is stopped and done again by whoever has a duty it belongs to, or by an administrator."""
    return actor.may(Duty.ADMINISTER) or bool(actor.role.duties & duties)
