"""Reading people and appointments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment, Person
from pbc_web.shell import clock

ACTING, VIEWING = "acting_appointment", "viewing_appointment"


def appointments_on(day: date) -> QuerySet[Appointment]:
    """Appointments that hold on a day, of people who are active."""
    held = Appointment.objects.filter(starts_on__lte=day, ends_before__gt=day, person__is_active=True)
    return held.select_related("organisation", "person")


def acting_as(person: Person, session: Mapping[str, Any]) -> Actor | None:
    """The actor of a session: the appointment viewed as, else the one chosen, else the first held; None without any."""
    today = clock.today()
    own = list(appointments_on(today).filter(person=person))
    chosen = next((each for each in own if each.id == session.get(ACTING)), own[0] if own else None)
    viewed = session.get(VIEWING)
    shown = appointments_on(today).filter(id=viewed).first() if viewed and chosen is not None else None
    if shown is not None and chosen is not None and chosen.role.reads_all_audit:
        return actor_in(shown, on=today, seen_by=person.name)
    others = tuple(each.id for each in own if chosen and each.id != chosen.id)
    return actor_in(chosen, on=today, others=others) if chosen else None


def actor_in(appointment: Appointment, *, on: date, others: tuple[int, ...] = (), seen_by: str = "") -> Actor:
    """The person of an appointment acting in it on a day."""
    person = appointment.person
    return Actor(
        person_id=person.id, person_number=str(person.number), name=person.name, appointment_id=appointment.id,
        role_code=appointment.role_code, organisation=appointment.organisation, on=on, other_appointments=others,
        seen_by=seen_by,
    )  # fmt: skip
