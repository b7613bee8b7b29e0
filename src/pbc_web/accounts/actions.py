"""The only writes of people and appointments."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.roles import ROLES
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
    role = ROLES[role_code]
    if organisation.kind not in role.held_in:
        raise RefusedInput(
            "This role is not held in an organisation of this kind.", where=role.title, found=organisation.get_kind_display(),
            expected=", ".join(role.held_in),
        )  # fmt: skip
    appointment = Appointment.objects.create(
        person=person, role_code=role_code, organisation=organisation, starts_on=starts_on, ends_before=ends_before,
        covers=covers,
    )  # fmt: skip
    told = {
        "person": str(person.number),
        "role": role.title,
        "organisation": organisation.name,
        "on": starts_on.isoformat(),
    }
    record(by=by, verb="appoint", about=("appointment", appointment.id), at=at, told=told)
    return appointment
