"""What the books need of whom, for the home page: differences to settle, and disputes to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from pbc.reports.reconciliation_tables import step_title
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.ledger.models import Difference, DifferenceEvent
from pbc_web.ledger.permissions import may_answer, may_reconcile
from pbc_web.ledger.queries import taken_up_for

MINUTES = 10


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields what waits for an actor: differences of their own that are not settled; for a hospital, disputes it has not
    answered since they were last written about."""
    if may_reconcile(actor):
        for each in taken_up_for(actor).filter(owner_id=actor.person_id).exclude(state="settled"):
            is_late = each.due_on is not None and each.due_on < today
            yield Task(f"Settle a difference: {_named(each)}", _address(each), each.due_on, MINUTES, is_late=is_late)
    elif may_answer(actor):
        last = DifferenceEvent.objects.filter(difference=OuterRef("id")).order_by("-at", "-id").values("side")[:1]
        disputed = taken_up_for(actor).filter(state="disputed").annotate(last_side=Subquery(last))
        for each in disputed.exclude(last_side="hospital"):
            yield Task(f"Answer a dispute: {_named(each)}", _address(each), None, MINUTES)


def _named(difference: Difference) -> str:
    hospital = difference.provider.name if difference.provider else "no hospital named"
    return f"{step_title(difference.step).lower()}, {hospital}"


def _address(difference: Difference) -> str:
    return reverse("ledger:difference", args=[difference.difference_id])
