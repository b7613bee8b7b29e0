"""Who may bring in people and see as they see."""

from __future__ import annotations

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import ROLES, Duty, Role
from pbc_web.organisations.models import Organisation


def may_appoint(actor: Actor) -> bool:
    """People are invited and appointed by whoever leads their organisation, by its commissioner, or by an administrator."""
    return actor.may(Duty.APPOINT)


def may_administer(actor: Actor) -> bool:
    """Only an administrator may see as somebody else sees, and forget a person."""
    return actor.may(Duty.ADMINISTER)


def roles_to_give(actor: Actor, organisation: Organisation) -> list[Role]:
    """The roles that somebody may give in an organisation.

    A role that reads records is given by the practice itself or by an administrator, never by the commissioner: else whoever
    pays could appoint themselves an eye inside the practice (decision 0176).
    """
    is_own = actor.organisation.id == organisation.id
    held = [role for role in ROLES.values() if organisation.kind in role.held_in]
    if is_own or actor.may(Duty.ADMINISTER):
        return held
    return [role for role in held if not role.may(Duty.READ_RECORDS)]
