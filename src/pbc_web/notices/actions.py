"""The only writes of notices and escalations."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import Doer, record
from pbc_web.audit.withholding import withheld_from
from pbc_web.notices.models import Escalation, Letter, Notice
from pbc_web.notices.queries import people_with
from pbc_web.notices.states import CLAIMED, MOVES, SENT, WAITING
from pbc_web.notices.words import words_of_escalation, words_of_notice
from pbc_web.organisations.models import Organisation
from pbc_web.shell.clock import day_of


@transaction.atomic
def notify(
    person: Person, *, kind: str, subject: str, body: str, link: str, key: str, at: datetime, by_email: bool = True
) -> Notice | None:
    """Tell a person something in the pages and, by default, by e-mail; None where they were told under this key before.

    The words are complete in themselves and name no patient. Rolled back with the deed that told them.
    """
    notice, is_new = Notice.objects.get_or_create(
        person=person,
        key=key,
        defaults={"kind": kind, "subject": subject, "body": body, "link": link, "told_at": at},
    )
    if not is_new:
        return None
    if by_email and person.is_active:
        write_letter(
            person.email, subject=subject, body=words_of_notice(notice), key=f"notice-{notice.id}", at=at, notice=notice
        )
    return notice


@transaction.atomic
def write_letter(to: str, *, subject: str, body: str, key: str, at: datetime, notice: Notice | None = None) -> Letter:
    """Put an e-mail into the outbox, once for its key; it goes out with the clock's next round."""
    given = {"to": to, "subject": subject, "body": body, "notice": notice, "written_at": at, "next_try_at": at}
    return Letter.objects.get_or_create(key=key, defaults=given)[0]


@transaction.atomic
def settle_letter(letter: Letter, *, has_arrived: bool, by: Actor, at: datetime) -> Letter:
    """Say of an e-mail in doubt that it has arrived, or have it sent again: the one way it is ever sent twice."""
    held = Letter.objects.select_for_update().get(id=letter.id)
    after = SENT if has_arrived else WAITING
    if after not in MOVES[held.state] or held.state == CLAIMED:
        raise RefusedInput("This e-mail is not in doubt.", where=held.subject, found=held.get_state_display())
    if after == WAITING and not held.body:
        raise RefusedInput("The words of this e-mail are not kept.", where=held.subject)
    held.state, held.settled_at, held.next_try_at, held.tries = after, at if has_arrived else None, at, 0
    held.body = "" if has_arrived else held.body
    held.save()
    verb = "settle_letter" if has_arrived else "send_letter_again"
    record(by=by, verb=verb, about=("letter", held.id), at=at, told={"subject": held.subject})
    return held


@transaction.atomic
def mark_read(person_id: int, *, at: datetime, notice_id: int | None = None) -> int:
    """Mark one notice of a person, or all of them, as read; returns how many were not before."""
    unread = Notice.objects.filter(person_id=person_id, read_at__isnull=True)
    return (unread if notice_id is None else unread.filter(id=notice_id)).update(read_at=at)


def mark_read_about(person_id: int, *, link: str, at: datetime) -> int:
    """Mark as read what a person was told about a page, once they said that they have read the page itself."""
    return Notice.objects.filter(person_id=person_id, link=link, read_at__isnull=True).update(read_at=at)


def take_back(person_id: int, *, link: str) -> None:
    """Take back what somebody was told about a page, or one below it, that they may open no longer; letters with it."""
    Notice.objects.filter(person_id=person_id, link__startswith=link).delete()


@dataclass(frozen=True)
class Matter:
    """What is put to the region: about what, why, and by when an answer is due. `raised_by` is None where the clock does it."""

    about: tuple[str, object]  # the kind and the key of what it concerns
    cause: str  # for the machine; one escalation for each of what it concerns
    title: str
    commissioner: Organisation
    region: Organisation
    answer_due_on: date
    raised_by: Organisation | None = None
    words: str = ""
    link: str = ""


@transaction.atomic
def open_escalation(matter: Matter, *, by: Doer, at: datetime) -> Escalation:
    """Put a matter to the region, once for what it is about and why: asked again, the same escalation is returned.

    The region's performance managers, the commissioner's budget setters and who raised it are told.
    """
    given = {
        field.name: getattr(matter, field.name) for field in fields(matter) if field.name not in ("about", "cause")
    }
    escalation, is_new = Escalation.everywhere.get_or_create(
        about_kind=matter.about[0],
        about_key=str(matter.about[1]),
        cause=matter.cause,
        defaults=given | {"opened_at": at},
    )
    if is_new:
        told = {"title": matter.title, "region": matter.region.name, "on": matter.answer_due_on.isoformat()}
        record(by=by, verb="open_escalation", about=("escalation", escalation.id), at=at, told=told)
        _tell(escalation, "opened", f"Escalated: {matter.title}", at=at)
    return escalation


@transaction.atomic
def answer_escalation(escalation: Escalation, *, words: str, by: Actor, at: datetime) -> Escalation:
    """Answer an escalation, once, for the region it was put to."""
    held = Escalation.everywhere.select_for_update().get(id=escalation.id)
    if not by.may(Duty.ANSWER_ESCALATION) or by.organisation.id != held.region_id:
        raise RefusedInput(
            "This escalation is answered by the region it was put to.", where=held.title, expected=held.region.name
        )
    if not held.is_open:
        raise RefusedInput(
            "This escalation is closed already.", where=held.title,
            remedy="Open it to read the answer; a new matter can be escalated by itself.",
        )  # fmt: skip
    held.answer, held.answered_by_id, held.answered_at, held.closed_at = words, by.person_id, at, at
    held.save()
    record(by=by, verb="answer_escalation", about=("escalation", held.id), at=at, told={"title": held.title})
    _tell(held, "answered", f"Answered: {held.title}", at=at)
    return held


@transaction.atomic
def close_escalation(escalation: Escalation, *, by: Doer, at: datetime) -> Escalation:
    """Close an escalation whose matter was put right before it was answered; closed again, it stays as it was."""
    held = Escalation.everywhere.select_for_update().get(id=escalation.id)
    if held.is_open:
        held.closed_at = at
        held.save()
        record(by=by, verb="close_escalation", about=("escalation", held.id), at=at, told={"title": held.title})
    return held


def _tell(escalation: Escalation, what: str, subject: str, *, at: datetime) -> None:
    parties = [escalation.region, escalation.commissioner, *([escalation.raised_by] if escalation.raised_by else [])]
    duties = (Duty.ANSWER_ESCALATION, Duty.SET_BUDGETS, Duty.ESCALATE)
    for person in people_with(*duties, organisations=parties, on=day_of(at)):
        if escalation.about_key in withheld_from(person.id).get(escalation.about_kind, ()):
            continue
        notify(
            person, kind="escalation", subject=subject[:200], body=words_of_escalation(escalation),
            link=f"/notices/escalations/{escalation.id}/", key=f"escalation-{escalation.id}-{what}", at=at,
        )  # fmt: skip


def forget_person(person: Person) -> None:
    """Remove what a person was told, and every letter to their address, sent or not."""
    Letter.objects.filter(Q(notice__person=person) | Q(to__iexact=person.email)).delete()
    Notice.objects.filter(person=person).delete()
