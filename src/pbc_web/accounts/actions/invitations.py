"""Inviting people: a single-use token by letter, its hash alone kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actions.appointments import appoint
from pbc_web.accounts.models import Appointment, Invitation, Person
from pbc_web.accounts.roles import role_in
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.models import OPEN_END, Organisation

LASTS = timedelta(days=14)


def hash_of(token: str) -> str:
    """This returns what is kept of a token: it is long and random, so one round of a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role_code: str,
    organisation: Organisation,
    invited_by: Person,
    by: Doer,
    at: datetime,
    ends_before: date = OPEN_END,
) -> tuple[Invitation, str]:
    """Invite somebody to a role; returns the invitation and the token, which is kept nowhere but in the letter.

    An open invitation to the same role is sent again instead of twice.
    """
    address = email.strip().lower()
    role = role_in(role_code, organisation.kind)
    if organisation.kind not in role.held_in:
        raise RefusedInput("This role is not held here.", where=str(organisation), found=role.title)
    if invited_by.email == address:
        raise RefusedInput("Nobody appoints themselves.", remedy="Ask another person who may invite people here.")
    unanswered = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    same = unanswered.filter(email=address, role_code=role_code, organisation=organisation).first()
    if same is not None:
        return resend(same, by=by, at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address, name=name.strip(), role_code=role_code, organisation=organisation, ends_before=ends_before,
        invited_by=invited_by, token_hash=hash_of(token), sent_at=at, expires_at=at + LASTS,
    )  # fmt: skip
    record(by=by, verb="invite", about=("invitation", invitation.id), at=at, told=_told(invitation))
    return invitation, token


def _told(invitation: Invitation) -> dict[str, str]:
    return {"role": invitation.role.title, "organisation": invitation.organisation.name}


def _held_open(invitation: Invitation) -> Invitation:
    """The invitation, locked, if it was neither taken up nor withdrawn."""
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation", "invited_by")
        .get(id=invitation.id)
    )
    if found.accepted_at or found.withdrawn_at:
        raise RefusedInput("This invitation was taken up or withdrawn already.", where=str(found.organisation))
    return found


@transaction.atomic
def resend(invitation: Invitation, *, by: Doer, at: datetime) -> tuple[Invitation, str]:
    """Send an invitation again under a new token; the one sent before opens nothing any more."""
    invitation, token = _held_open(invitation), secrets.token_urlsafe(32)
    invitation.token_hash, invitation.sent_at, invitation.expires_at = hash_of(token), at, at + LASTS
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
    record(by=by, verb="resend_invitation", about=("invitation", invitation.id), at=at, told=_told(invitation))
    return invitation, token


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Doer, at: datetime) -> Invitation:
    """Withdraw an invitation: its letter opens nothing any more."""
    invitation = _held_open(invitation)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    record(by=by, verb="withdraw_invitation", about=("invitation", invitation.id), at=at, told=_told(invitation))
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, person: Person, on: date, by: Doer, at: datetime) -> Appointment:
    """Take up an invitation, once: the person is appointed from this day."""
    invitation = _held_open(invitation)
    if invitation.state(at) != "open":
        raise RefusedInput("This invitation has expired.", remedy="Ask whoever invited you to send it again.")
    if person.email != invitation.email:
        raise RefusedInput("This invitation was sent to somebody else.", remedy="Sign in as the person invited.")
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    held = Appointment.objects.filter(
        person=person, role_code=invitation.role_code, organisation=invitation.organisation, covers=None, ends_before__gt=on
    ).first()  # fmt: skip
    record(by=by, verb="accept_invitation", about=("invitation", invitation.id), at=at, told=_told(invitation))
    return held or appoint(
        person, role_code=invitation.role_code, organisation=invitation.organisation, starts_on=on,
        ends_before=invitation.ends_before, by=by, at=at,
    )  # fmt: skip
