"""Reading people and appointments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment, Invitation, Person
from pbc_web.accounts.roles import Duty, Sight
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock

ACTING, VIEWING, STRONG = "acting_appointment", "viewing_appointment", "signed_in_strongly"


def appointments_on(day: date) -> QuerySet[Appointment]:
    """Appointments that hold on a day, of people who are active."""
    held = Appointment.objects.filter(starts_on__lte=day, ends_before__gt=day, person__is_active=True)
    return held.select_related("organisation", "person", "covers__person")


def named_with_posts(people: Iterable[Person], *, on: date) -> dict[int, str]:
    """People as a list offers them, by their id and in its order: the name, and every role they hold on a day with its organisation."""
    listed = list(people)
    posts: dict[int, list[str]] = {}
    for each in appointments_on(on).filter(person__in=listed).order_by("organisation__name", "role_code"):
        posts.setdefault(each.person_id, []).append(str(each))
    return {each.id: f"{each.name} ({'; '.join(posts[each.id])})" if each.id in posts else each.name for each in listed}


def acting_as(person: Person, session: Mapping[str, Any]) -> Actor | None:
    """The actor of a session: the appointment viewed as, else the one chosen, else the first of one's own; None without any."""
    today = clock.today()
    own = sorted(appointments_on(today).filter(person=person), key=lambda each: each.covers_id is not None)
    chosen = next((each for each in own if each.id == session.get(ACTING)), own[0] if own else None)
    viewed = session.get(VIEWING)
    if viewed and chosen is not None and chosen.role.may(Duty.ADMINISTER):
        shown = appointments_on(today).filter(id=viewed).first()
        if shown is not None:
            return actor_in(shown, on=today, seen_by=person)
    others = tuple(each.id for each in own if chosen and each.id != chosen.id)
    return actor_in(chosen, on=today, others=others) if chosen else None


def actor_in(
    appointment: Appointment, *, on: date, others: tuple[int, ...] = (), seen_by: Person | None = None
) -> Actor:
    """The person of an appointment acting in it on a day, perhaps only seen so by an administrator."""
    person = appointment.person
    covered = appointment.covers.person if appointment.covers else None
    return Actor(
        person_id=person.id, person_number=str(person.number), name=person.name, appointment_id=appointment.id,
        role_code=appointment.role_code, organisation=appointment.organisation, on=on, other_appointments=others,
        seen_by=seen_by.name if seen_by else "", seen_by_number=str(seen_by.number) if seen_by else "",
        seen_by_id=seen_by.id if seen_by else 0,
        cover_for=covered.name if covered else "", audit_cover=str(covered.number) if covered else "",
    )  # fmt: skip


def has_second_factor(person: Person, session: Mapping[str, Any]) -> bool:
    """Whether the person proves who they are by more than a password: an app, a passkey, or a sign-in that itself asked for more."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(session.get(STRONG)) or Authenticator.objects.filter(user=person, type__in=kinds).exists()


def organisations_to_appoint_in(actor: Actor) -> QuerySet[Organisation]:
    """Where somebody may appoint: anywhere for an administrator; the own organisation; for a commissioner those within it too."""
    if actor.may(Duty.ADMINISTER):
        return Organisation.objects.all()
    if not actor.may(Duty.APPOINT):
        return Organisation.objects.none()
    reaches = actor.organisation.kind in COMMISSIONERS and actor.sees(Sight.COMMISSIONER)
    ids = actor.reach.detail if reaches else {actor.organisation.id}
    return Organisation.objects.filter(id__in=ids)


def people_of(organisation: Organisation) -> QuerySet[Appointment]:
    """Every appointment ever held in an organisation, those that hold longest first."""
    found = Appointment.objects.filter(organisation=organisation).select_related(
        "person", "organisation", "covers__person"
    )
    return found.order_by("-ends_before", "person__name", "id")


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations to an organisation that nobody took up or withdrew yet."""
    found = Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
    return found.select_related("organisation", "invited_by")


def invitation_behind(token_hash: str, now: datetime) -> Invitation | None:
    """The open invitation of a token, by its hash."""
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=token_hash).first()
    return found if found is not None and found.state(now) == "open" else None


def appointment_seen_by(actor: Actor, appointment_id: int) -> Appointment | None:
    """An appointment one holds oneself, or one in an organisation where one may appoint."""
    may_see = Q(person_id=actor.person_id) | Q(organisation__in=organisations_to_appoint_in(actor))
    found = Appointment.objects.filter(may_see, id=appointment_id)
    return found.select_related("person", "organisation", "covers__person").first()


def colleagues_of(appointment: Appointment, on: date) -> QuerySet[Person]:
    """Who may cover for somebody: everyone else who holds a role of their own in the same organisation on a day."""
    held = appointments_on(on).filter(organisation=appointment.organisation, covers=None)
    return Person.objects.filter(id__in=held.values("person_id")).exclude(id=appointment.person_id).order_by("name")


def own_data(person: Person) -> dict[str, Any]:
    """All that is kept of a person, as plain values: what they may take away."""
    appointments = (
        Appointment.objects.filter(person=person).select_related("organisation", "covers__person").order_by("id")
    )
    factors = Authenticator.objects.filter(user=person).order_by("created_at")
    return {
        "number": str(person.number), "name": person.name, "email": person.email,
        "joined_at": person.joined_at.isoformat(), "cis2_uid": person.cis2_uid or "",
        "last_signed_in_at": person.last_login.isoformat() if person.last_login else "",
        "appointments": [
            {
                "role": each.role.title, "organisation_code": each.organisation.code, "organisation": each.organisation.name,
                "starts_on": each.starts_on.isoformat(), "ends_before": each.ends_before.isoformat(),
                "covers_for": each.covers.person.name if each.covers else "",
            }
            for each in appointments
        ],
        "ways_to_sign_in": [{"kind": each.type, "added_at": each.created_at.isoformat()} for each in factors],
    }  # fmt: skip
