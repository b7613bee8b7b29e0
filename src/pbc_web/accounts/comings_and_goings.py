"""Who signs in, is refused and signs out goes into the trail; so does every change of a password or second factor.

What was typed at a refused sign-in is not kept: it may be a password in the wrong field.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from pbc_web.accounts.actor import Process
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import acting_as
from pbc_web.audit.actions import Doer, record
from pbc_web.shell import clock

ENDED = "sessions_ended"  # in the session: how often all sessions of the person had been ended when it began
STRANGER = Process("somebody unknown", audit_role="")


def themselves(person: Person, session: Any = None) -> Doer:
    """This returns the person as the trail tells them: in the role they act in, or in none."""
    return acting_as(person, session or {}) or Process(str(person.number), audit_role="")


def listen() -> None:
    """Begin to listen; asked twice it listens once."""
    user_logged_in.connect(_signed_in, dispatch_uid="trail")
    user_logged_out.connect(_signed_out, dispatch_uid="trail")
    user_login_failed.connect(_refused, dispatch_uid="trail")
    factor_signals.authentication_failed.connect(_refused_second, dispatch_uid="trail")
    for signal, change in (
        (factor_signals.authenticator_added, "added"), (factor_signals.authenticator_removed, "removed"),
        (factor_signals.authenticator_reset, "renewed"),
    ):  # fmt: skip
        signal.connect(_changed_factor(change), weak=False, dispatch_uid=f"trail {change}")
    for signal, change in (
        (account_signals.password_changed, "changed"), (account_signals.password_reset, "reset"),
        (account_signals.password_set, "set"),
    ):  # fmt: skip
        signal.connect(_changed_password(change), weak=False, dispatch_uid=f"trail password {change}")


@transaction.atomic
def _signed_in(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
    request.session[ENDED] = user.sessions_ended
    record(by=themselves(user), verb="sign_in", about=("person", user.number), at=clock.now())


@transaction.atomic
def _signed_out(sender: Any, request: HttpRequest, user: Person | None, **more: Any) -> None:
    if user is not None:
        record(by=themselves(user, request.session), verb="sign_out", about=("person", user.number), at=clock.now())


@transaction.atomic
def _refused(sender: Any, credentials: dict[str, Any], **more: Any) -> None:
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    known = Person.objects.filter(email=typed).first()
    _tell_refusal(known)


@transaction.atomic
def _refused_second(sender: Any, user: Person, **more: Any) -> None:
    _tell_refusal(user)


def _tell_refusal(known: Person | None) -> None:
    number = str(known.number) if known else "somebody unknown"
    record(by=STRANGER, verb="fail_to_sign_in", about=("person", number), at=clock.now(), told={"person": number})


def _changed_factor(change: str) -> Any:
    @transaction.atomic
    def changed(sender: Any, user: Person, authenticator: Any, **more: Any) -> None:
        told = {"change": change, "factor": str(authenticator.get_type_display()).lower()}
        record(
            by=themselves(user), verb="change_second_factor", about=("person", user.number), at=clock.now(), told=told
        )

    return changed


def _changed_password(change: str) -> Any:
    @transaction.atomic
    def changed(sender: Any, request: HttpRequest, user: Person, **more: Any) -> None:
        """Whoever knew the old password is signed out wherever they are, and tokens issued under it end."""
        Person.objects.filter(id=user.id).update(sessions_ended=F("sessions_ended") + 1)
        user.refresh_from_db(fields=["sessions_ended"])
        request.session[ENDED] = user.sessions_ended
        told = {"change": change}
        record(by=themselves(user), verb="change_password", about=("person", user.number), at=clock.now(), told=told)

    return changed
