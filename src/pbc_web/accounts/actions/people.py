"""A person's sessions, their link to NHS CIS2, and forgetting them."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import F

from pbc.errors import RefusedInput
from pbc_web.accounts.actions.appointments import end_appointment
from pbc_web.accounts.forgetting import forget_elsewhere
from pbc_web.accounts.models import Appointment, Invitation, Person
from pbc_web.audit.actions import Doer, record


@transaction.atomic
def end_all_sessions(person: Person, *, by: Doer, at: datetime) -> None:
    """Sign a person out wherever they are signed in."""
    Person.objects.filter(id=person.id).update(sessions_ended=F("sessions_ended") + 1)
    told = {"person": str(person.number)}
    record(by=by, verb="end_all_sessions", about=("person", person.number), at=at, told=told)


@transaction.atomic
def link_cis2(person: Person, *, uid: str, by: Doer, at: datetime) -> None:
    """Let a person sign in with NHS CIS2 under their identity there; one identity is one person."""
    if Person.objects.filter(cis2_uid=uid).exclude(id=person.id).exists():
        raise RefusedInput(
            "This NHS identity belongs to another person here.", remedy="Sign in with it, or ask for help."
        )
    Person.objects.filter(id=person.id).update(cis2_uid=uid)
    record(by=by, verb="link_cis2", about=("person", person.number), at=at)


@transaction.atomic
def unlink_cis2(person: Person, *, by: Doer, at: datetime) -> None:
    """Take the link to NHS CIS2 away."""
    Person.objects.filter(id=person.id).update(cis2_uid=None)
    record(by=by, verb="unlink_cis2", about=("person", person.number), at=at)


@transaction.atomic
def erase(person: Person, *, on: date, by: Doer, at: datetime) -> None:
    """Forget a person: name, address and every way to sign in go; their number stays in the trail, which holds nothing else."""
    if person.erased_at:
        raise RefusedInput("This person was forgotten already.")
    for appointment in Appointment.objects.filter(person=person, ends_before__gt=on):
        if (appointment.ends_before - on).days > 1:
            end_appointment(appointment, on=on, by=by, at=at)
    forget_elsewhere(person)
    address = person.email
    for kept in (AccessAttempt, AccessFailureLog, AccessLog):
        kept.objects.filter(username=address).delete()
    Invitation.objects.filter(email=address, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    Invitation.objects.filter(email=address).update(name="", email=f"{person.number}@erased.invalid")
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.name, person.email, person.cis2_uid = "", f"{person.number}@erased.invalid", None
    person.cis2_session = ""
    person.is_active, person.erased_at, person.last_login = False, at, None
    person.sessions_ended += 1
    person.set_unusable_password()
    person.save()
    record(by=by, verb="erase_person", about=("person", person.number), at=at, told={"person": str(person.number)})
