"""What interests need of somebody, for the home page: to declare, where they never did or a year ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.governance.queries import register_of, said_on
from pbc_web.governance.rules import rules_of

MINUTES = 10


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields one task for whoever never declared, or whose declaration holds no longer."""
    register = register_of(actor)
    if register is None:
        return
    last = said_on([actor.person_id], register).get(actor.person_id)
    due_on = rules_of(register, on=today).due_on(last) if last else None
    if due_on is None or due_on < today:
        yield Task("Declare your interests", reverse("governance:mine"), due_on, MINUTES, is_late=due_on is not None)
