"""Reading notices and escalations."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import appointments_on
from pbc_web.accounts.roles import ROLES, Duty
from pbc_web.notices.models import Escalation, Letter, Notice
from pbc_web.notices.states import GIVEN_UP, UNCERTAIN, WAITING
from pbc_web.organisations.models import Organisation


def notices_of(person_id: int) -> QuerySet[Notice]:
    """What a person was told, newest first."""
    return Notice.objects.filter(person_id=person_id)


def escalations_seen_by(actor: Actor) -> QuerySet[Escalation]:
    """Escalations in an actor's reach: open ones first, soonest due first."""
    seen = Escalation.objects.visible_to(actor).select_related("commissioner", "region", "raised_by", "answered_by")
    return seen.order_by(F("closed_at").desc(nulls_first=True), "answer_due_on", "id")


def escalations_to_answer(actor: Actor) -> QuerySet[Escalation]:
    """Open escalations put to the actor's own organisation, soonest due first."""
    return escalations_seen_by(actor).filter(region=actor.organisation, closed_at=None)


def answers_not_read(person_id: int) -> QuerySet[Notice]:
    """Answers to what a person asked that they have not read, oldest first."""
    answered = Q(subject__startswith="Answered: ") | Q(subject__startswith="Your query is answered: ")
    return notices_of(person_id).filter(answered, read_at=None).order_by("told_at", "id")


def not_read(actor: Actor) -> int:
    """How many notices a person has not read."""
    return notices_of(actor.reader_id).filter(read_at=None).count()


def letters_in_doubt() -> QuerySet[Letter]:
    """E-mails that were perhaps sent or were given up: for an administrator to settle."""
    return Letter.objects.filter(state__in=(UNCERTAIN, GIVEN_UP))


def letters_waiting() -> int:
    """How many e-mails wait to be sent."""
    return Letter.objects.filter(state=WAITING).count()


def people_told(key: str) -> list[Person]:
    """Everybody who was told something under a key."""
    return list(Person.objects.filter(notices__key=key).order_by("id"))


def people_with(*duties: Duty, organisations: list[Organisation], on: date) -> list[Person]:
    """The people who have any of some duties in any of some organisations on a day, each once."""
    codes = [role.code for role in ROLES.values() if role.duties & set(duties)]
    held = appointments_on(on).filter(role_code__in=codes, organisation__in=organisations).order_by("person_id")
    return list({each.person_id: each.person for each in held}.values())
