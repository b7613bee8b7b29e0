"""Appointing people, for a period, and covering for them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.appointed import was_appointed
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.queries import colleagues_of
from pbc_web.accounts.roles import role_in
from pbc_web.audit.actions import Doer, record
from pbc_web.organisations.models import OPEN_END, Organisation


@transaction.atomic
def appoint(
    person: Person,
    *,
    role_code: str,
    organisation: Organisation,
    starts_on: date,
    by: Doer,
    at: datetime,
    ends_before: date = OPEN_END,
    covers: Appointment | None = None,
) -> Appointment:
    """Appoint a person to a role in an organisation for a period, perhaps as cover for a colleague's appointment."""
    role = role_in(role_code, organisation.kind)
    if organisation.kind not in role.held_in:
        raise RefusedInput(
            "This role is not held in an organisation of this kind.", where=role.title, found=organisation.get_kind_display(),
            expected=", ".join(role.held_in),
        )  # fmt: skip
    appointment = Appointment.objects.create(
        person=person, role_code=role_code, organisation=organisation, starts_on=starts_on, ends_before=ends_before,
        covers=covers,
    )  # fmt: skip
    told = _told(appointment) | {"on": starts_on.isoformat()}
    if covers is None:
        record(by=by, verb="appoint", about=("appointment", appointment.id), at=at, told=told)
    else:
        told |= {"until": (ends_before - timedelta(days=1)).isoformat(), "covered": str(covers.person.number)}
        record(by=by, verb="arrange_cover", about=("appointment", covers.id), at=at, told=told)
    was_appointed(person.id, at)
    return appointment


def _told(appointment: Appointment) -> dict[str, str]:
    return {
        "person": str(appointment.person.number),
        "role": appointment.role.title,
        "organisation": appointment.organisation.name,
    }


@transaction.atomic
def end_appointment(appointment: Appointment, *, on: date, by: Doer, at: datetime) -> Appointment:
    """End an appointment after its last day, and with it whatever covers it; what was done in it stands."""
    appointment = (
        Appointment.objects.select_for_update().select_related("person", "organisation").get(id=appointment.id)
    )
    if appointment.ends_before <= on + timedelta(days=1):
        raise RefusedInput("This appointment ends by then already.", found=appointment.ends_before.isoformat())
    _end(appointment, on)
    for cover in appointment.covered_by.filter(ends_before__gt=on):
        _end(cover, on)
    told = _told(appointment) | {"on": on.isoformat()}
    record(by=by, verb="end_appointment", about=("appointment", appointment.id), at=at, told=told)
    return appointment


def _end(appointment: Appointment, on: date) -> None:
    """An appointment lasts a day at least: one that would end before it began ends on its first day."""
    appointment.ends_before = max(on, appointment.starts_on) + timedelta(days=1)
    appointment.save(update_fields=["ends_before"])


@transaction.atomic
def renew_appointment(appointment: Appointment, *, until: date, by: Doer, at: datetime) -> Appointment:
    """Let an appointment last until a later day."""
    appointment = (
        Appointment.objects.select_for_update().select_related("person", "organisation").get(id=appointment.id)
    )
    if until + timedelta(days=1) <= appointment.ends_before:
        raise RefusedInput(
            "An appointment is renewed to a later day.", found=until.isoformat(),
            expected=f"after {appointment.ends_before - timedelta(days=1)}",
        )  # fmt: skip
    appointment.ends_before = until + timedelta(days=1)
    appointment.save(update_fields=["ends_before"])
    told = _told(appointment) | {"until": until.isoformat()}
    record(by=by, verb="renew_appointment", about=("appointment", appointment.id), at=at, told=told)
    return appointment


@transaction.atomic
def arrange_cover(
    covered: Appointment, *, colleague: Person, starts_on: date, until: date, by: Doer, at: datetime
) -> Appointment:
    """A colleague acts in somebody's appointment between two days, with all its duties, and every deed says for whom."""
    if covered.covers_id:
        raise RefusedInput(
            "A cover cannot be covered.", where=str(covered), remedy="Arrange cover for the colleague who is away."
        )
    if by.audit_name == str(colleague.number):
        raise RefusedInput(
            "Nobody appoints themselves.", remedy="Ask whoever is away, or another person who may appoint here."
        )
    if not colleagues_of(covered, starts_on).filter(id=colleague.id).exists():
        raise RefusedInput(
            "Cover is given by a colleague who holds a role in the same organisation.", where=str(covered),
            remedy="Invite them to a role there first.",
        )  # fmt: skip
    if not covered.starts_on <= starts_on <= until < covered.ends_before:
        raise RefusedInput(
            "Cover lies within the appointment it covers.", found=f"{starts_on} to {until}",
            expected=f"{covered.starts_on} to {covered.ends_before - timedelta(days=1)}",
        )  # fmt: skip
    return appoint(
        colleague, role_code=covered.role_code, organisation=covered.organisation, starts_on=starts_on,
        ends_before=until + timedelta(days=1), covers=covered, by=by, at=at,
    )  # fmt: skip
