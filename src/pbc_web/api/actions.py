"""The only writes: issuing and revoking tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.api.models import Token
from pbc_web.audit.actions import record
from pbc_web.shell.clock import day_of

PREFIX = "pbc_"
LONGEST = timedelta(days=366)
MOST_HELD = 10


def hash_token(secret: str) -> str:
    """This returns what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(*, name: str, expires_on: date, may_write: bool, by: Actor, at: datetime) -> tuple[Token, str]:
    """Issue a token that acts as the person does now; returns it with its secret, which is never shown again."""
    if not day_of(at) < expires_on <= day_of(at) + LONGEST:
        raise RefusedInput(
            "A token lasts at most a year, and at least until tomorrow.", where="last day", found=expires_on.isoformat()
        )
    held = [each for each in Token.objects.filter(appointment_id=by.appointment_id) if each.holds_on(day_of(at))]
    if len(held) >= MOST_HELD:
        raise RefusedInput(
            "You hold as many tokens as one person may.",
            found=f"{len(held)} tokens",
            remedy="Revoke one you no longer use.",
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        appointment_id=by.appointment_id, name=name, hash=hash_token(secret), may_write=may_write, issued_at=at,
        expires_on=expires_on, sessions_ended=Person.objects.get(id=by.person_id).sessions_ended,
    )  # fmt: skip
    told = {"name": name, "until": expires_on.isoformat()}
    record(by=by, verb="issue_token", about=("token", token.id), at=at, told=told)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: Actor, at: datetime) -> None:
    """Revoke a token: it opens nothing from now on. Revoked again it changes nothing."""
    if Token.objects.filter(id=token.id, revoked_at=None).update(revoked_at=at):
        record(by=by, verb="revoke_token", about=("token", token.id), at=at, told={"name": token.name})
