"""The people of the demonstration: somebody in every role, and in every practice and group those whom letters go to."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.queries import acting_as
from pbc_web.accounts.roles import ROLES, Role
from pbc_web.organisations.demonstration import Builder
from pbc_web.organisations.models import Organisation

EVERYWHERE = ("practice_manager", "gp", "cluster_lead")
FIRST = (
    "Anna",
    "Ben",
    "Carol",
    "David",
    "Emma",
    "Farid",
    "Grace",
    "Hugh",
    "Indira",
    "James",
    "Kate",
    "Liam",
    "Maya",
    "Nick",
)
LAST = ("Brook", "Carter", "Dale", "Evans", "Frost", "Green", "Hill", "Iqbal", "Jones", "Khan", "Lane", "Mills", "Nash")


def fill(at: datetime) -> None:
    """Appoint somebody to every role where it is first held, and managers, GPs and leads everywhere."""
    numbers = count()
    for role in ROLES.values():
        held_in = _homes(role)
        for organisation in held_in if role.code in EVERYWHERE else held_in[:1]:
            _appoint(role, organisation, next(numbers), at)


def somebody(role_code: str, organisation: Organisation | None = None) -> Actor:
    """This returns somebody of the demonstration acting in a role, where it is first held or in an organisation."""
    held = Appointment.objects.filter(role_code=role_code).order_by("organisation__code", "id")
    found = held.filter(organisation=organisation) if organisation else held
    actor = acting_as(found[0].person, {})
    assert actor is not None
    return actor


def _homes(role: Role) -> list[Organisation]:
    """Where a role may be held, in the order the role names the kinds."""
    found = Organisation.objects.filter(kind__in=role.held_in).order_by("code")
    return sorted(found, key=lambda each: role.held_in.index(each.kind))


def _appoint(role: Role, organisation: Organisation, number: int, at: datetime) -> None:
    name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
    person = Person.objects.create_user(f"{role.code}.{organisation.code}@example.invalid".lower(), name=name)
    starts_on = at.date() - timedelta(days=600)
    appoint(person, role_code=role.code, organisation=organisation, starts_on=starts_on, by=Builder(), at=at)
