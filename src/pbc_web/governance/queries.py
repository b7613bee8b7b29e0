"""Reading interests: one's own, a commissioner's register as published or as kept, and who has not declared."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.queries import appointments_on
from pbc_web.governance.models import Confirmation, Gift, Interest
from pbc_web.governance.permissions import keeps, may_declare
from pbc_web.governance.rules import Rules, months_after
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, IN_GROUP
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import relations_on

ABOUT = ("organisation", "party", "person", "by", "register")
SAID = ("declare", "change", "end")  # moves by which somebody says how things stand


@dataclass(frozen=True)
class Asked:
    """What a reader of a register asks for: words in the name of who declared, or of what it is in; `past`: the ended too."""

    who: str = ""
    where: str = ""
    past: bool = False


@dataclass(frozen=True)
class Undeclared:
    """Somebody who declares in a register and has said nothing, or nothing within the year."""

    person: Person
    roles: str
    said_on: date | None


def registers_for(actor: Actor) -> list[Organisation]:
    """The commissioners whose registers somebody reads: their own, or those that answer to their region."""
    return list(Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either))


def register_of(actor: Actor) -> Organisation | None:
    """The register in which somebody declares: the commissioner they work for, or their practice is paid by; None without one."""
    if not may_declare(actor):
        return None
    found = registers_for(actor)
    return next((each for each in found if each.id == actor.organisation.id), found[0] if found else None)


def register_at(actor: Actor, code: str) -> Organisation:
    """A register by its commissioner's code, or not found."""
    return _or_not_found(each for each in registers_for(actor) if each.code == code)


def kept_at(actor: Actor, code: str) -> Organisation:
    """A register that somebody keeps, or not found."""
    return _or_not_found(each for each in registers_for(actor) if each.code == code and keeps(actor, each.id))


def _or_not_found(found: Iterable[Any]) -> Any:
    for each in found:
        return each
    raise Http404


def own_interests(actor: Actor) -> QuerySet[Interest]:
    """The last version of each interest of one's own, those that hold first."""
    found = Interest.everywhere.filter(Interest.is_last(), person_id=actor.person_id).select_related(*ABOUT)
    return found.order_by("-ends_before", "-starts_on", "entry")


def interests_held(person_id: int, register: Organisation, *, on: date) -> QuerySet[Interest]:
    """The interests of a person on a register that have not ended by a day."""
    found = Interest.everywhere.filter(Interest.is_last(), person_id=person_id, register=register, ends_before__gt=on)
    return found.exclude(state="withdrawn")


def own_gifts(actor: Actor) -> QuerySet[Gift]:
    """The last version of each gift of one's own, newest first."""
    found = Gift.everywhere.filter(Gift.is_last(), person_id=actor.person_id).select_related(*ABOUT)
    return found.order_by("-offered_on", "entry")


def history_for(actor: Actor, model: type[Any], entry: uuid.UUID) -> list[Any]:
    """Every version of an entry, first to last, for whoever declared it or keeps its register; or not found."""
    found = list(model.everywhere.filter(entry=entry).select_related(*ABOUT).order_by("number"))
    if not found or not (found[0].person_id == actor.person_id or keeps(actor, found[0].register_id)):
        raise Http404
    return found


def interests_shown(
    actor: Actor, register: Organisation, asked: Asked, *, on: date, rules: Rules
) -> QuerySet[Interest]:
    """A register's interests, as published on a day; who keeps it sees also what is published no longer, if asked for.

    What somebody had who holds no role any more counts as ended with their last one.
    """
    last_role = Appointment.objects.filter(person=OuterRef("person")).order_by("-ends_before").values("ends_before")[:1]
    found = Interest.objects.visible_to(actor, sums=True).filter(Interest.is_last(), register=register)
    found = found.annotate(held_until=Subquery(last_role)).select_related(*ABOUT, "holder", "holder_party")
    if not (asked.past and keeps(actor, register.id)):
        ended = rules.published_if_ended_after(on)
        still_here = Q(person=None) | Q(held_until__gt=ended)
        found = found.exclude(state="withdrawn").filter(still_here, ends_before__gt=ended)
    if asked.who:
        named = (Q(**{f"{name}__name__icontains": asked.who}) for name in ("person", "holder", "holder_party"))
        found = found.filter(_any(named))
    return _about(found, asked).order_by(F("person__name").asc(nulls_last=True), "starts_on", "entry")


def gifts_shown(actor: Actor, register: Organisation, asked: Asked, *, on: date, rules: Rules) -> QuerySet[Gift]:
    """A register's gifts and hospitality, as published on a day; who keeps it sees all of them, if asked for."""
    found = Gift.objects.visible_to(actor, sums=True).filter(Gift.is_last(), register=register).select_related(*ABOUT)
    if not (asked.past and keeps(actor, register.id)):
        first = months_after(on, -rules.gift_published_months)
        found = found.exclude(state="withdrawn").filter(offered_on__gt=first)
    if asked.who:
        found = found.filter(person__name__icontains=asked.who)
    return _about(found, asked).order_by("-offered_on", "entry")


def _about(found: Any, asked: Asked) -> Any:
    if not asked.where:
        return found
    return found.filter(
        Q(organisation__name__icontains=asked.where) | Q(organisation__code__iexact=asked.where)
        | Q(party__name__icontains=asked.where)
    )  # fmt: skip


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for each in conditions:
        found |= each
    return found


def said_on(people: Iterable[int], register: Organisation) -> dict[int, date]:
    """The day on which each person last declared something in a register, or that there is nothing, by the person's id."""
    own = {"person__in": list(people), "register": register}
    return {person: day for (person, _), day in _last_said(**own).items()}


def _last_said(**of: Any) -> dict[tuple[int, int], date]:
    """By person and register."""
    last: dict[tuple[int, int], date] = {}
    for rows in (
        Interest.everywhere.filter(move__in=SAID, person__isnull=False, **of),
        Confirmation.everywhere.filter(**of),
    ):
        found = rows.order_by().values_list("person_id", "register_id").annotate(last=Max("declared_on"))
        for person, register, day in found:
            last[person, register] = max(day, last.get((person, register), day))
    return last


def last_said_everywhere() -> dict[tuple[int, int], date]:
    """The day on which each person last declared in each register, by both their ids: for the clock."""
    return _last_said()


def confirmation_of(actor: Actor, register: Organisation) -> Confirmation | None:
    """What somebody last said of all their entries together."""
    return Confirmation.everywhere.filter(person_id=actor.person_id, register=register).first()


def declarers_of(register: Organisation, *, on: date) -> list[Appointment]:
    """The appointments of all who declare in a register: with the commissioner, its practices and their groups."""
    held = relations_on(on)
    practices = held.filter(parent=register, relation="practice_commissioner").values("member_id")
    groups = held.filter(member_id__in=practices, relation__in=IN_GROUP, parent__kind__in=GROUPS).values("parent_id")
    found = appointments_on(on).filter(
        Q(organisation=register) | Q(organisation__in=practices) | Q(organisation__in=groups)
    )
    return list(found.order_by("person__name", "person_id", "id"))


def undeclared_in(register: Organisation, *, on: date, rules: Rules) -> list[Undeclared]:
    """Who has never declared in a register, or not within the year, by name."""
    held: dict[Person, list[str]] = {}
    for each in declarers_of(register, on=on):
        held.setdefault(each.person, []).append(f"{each.role.title}, {each.organisation.name}")
    said = said_on([each.id for each in held], register)
    rows = (Undeclared(person, "; ".join(roles), said.get(person.id)) for person, roles in held.items())
    return [each for each in rows if each.said_on is None or rules.due_on(each.said_on) < on]
