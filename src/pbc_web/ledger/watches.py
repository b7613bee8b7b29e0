"""What the books look at each minute: what the other side is still to be told, and which owners' days come near."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pbc.reports.reconciliation_tables import step_title
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.ledger.models import Difference, DifferenceEvent
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import people_with
from pbc_web.notices.reminders import OVERDUE, reminder_due
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def tell_of_differences(now: datetime) -> None:
    """Tell owners and the other side of what was done or said, once; remind owners as their day comes near and when it is over."""
    waiting = DifferenceEvent.objects.filter(is_told=False)
    for event in waiting.select_related("difference__provider", "difference__commissioner", "difference__owner", "to"):
        with transaction.atomic():
            for person in _to_tell(event, now):
                _tell(person, event.difference, _subject(event), event.words, f"event-{event.id}", now)
            event.is_told = True
            event.save(update_fields=["is_told"])
    owned = Difference.everywhere.filter(owner__isnull=False).exclude(state="settled")
    for each in owned.select_related("owner", "provider"):
        _remind(each, now)


def _to_tell(event: DifferenceEvent, now: datetime) -> list[Person]:
    """The owner it was given to; else of the hospital those who answer, of the commissioner the owner or all who check invoices."""
    held, on = event.difference, day_of(now)
    if event.kind == "own":
        return [event.to] if event.to is not None and event.to_id != event.by_id else []
    if event.side == "commissioner":
        return people_with(Duty.ANSWER_DIFFERENCES, organisations=[held.provider], on=on) if held.provider else []
    return [held.owner] if held.owner else people_with(Duty.RECONCILE, organisations=[held.commissioner], on=on)


def _subject(event: DifferenceEvent) -> str:
    words = {"own": "A difference is yours to settle", "write": "A difference was written about"}
    return words.get(event.kind, f"A difference is {event.get_kind_display().lower()}")


def _remind(held: Difference, now: datetime) -> None:
    due_on, owner = held.due_on, held.owner
    number = reminder_due(due_on, today=day_of(now)) if due_on else None
    if owner is None or due_on is None or number is None:
        return
    subject = "A difference is overdue" if number == OVERDUE else f"A difference is to be settled by {day(due_on)}"
    _tell(owner, held, subject, held.reason, f"{held.id}-{owner.id}-{due_on}-{number}", now)


def _tell(person: Person, held: Difference, subject: str, words: str, key: str, now: datetime) -> None:
    hospital = held.provider.name if held.provider else "no hospital named"
    name = f"{step_title(held.step)}, {hospital}, {held.financial_year.replace('-', '/')}"
    body = f"{name}.\n\n{words}" if words else f"{name}."
    notify(
        person, kind="difference", subject=f"{subject}: {hospital}"[:200], body=body, at=now, key=f"difference-{key}",
        link=reverse("ledger:difference", args=[held.difference_id]),
    )  # fmt: skip
