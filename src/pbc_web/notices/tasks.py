"""What notices ask of somebody, for the home page: matters to answer, answers to read; and how many matters are late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.standing import Standing
from pbc_web.accounts.tasks import Task
from pbc_web.notices.permissions import may_answer_escalations
from pbc_web.notices.queries import answers_not_read, escalations_to_answer


def notice_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """This returns what waits for an actor: as a region to answer, as whoever asked to read."""
    if may_answer_escalations(actor):
        for each in escalations_to_answer(actor):
            due = each.answer_due_on
            yield Task(f"Answer: {each.title}", reverse("notices:escalation", args=[each.id]), due, 10, due < today)
    for notice in answers_not_read(actor.reader_id):
        yield Task(f"Read: {notice.subject}", reverse("notices:notice", args=[notice.id]), None, 2)


def matters_standing(actor: Actor, today: date) -> Iterator[Standing]:
    """This returns, for a region, how many matters wait for its answer."""
    if may_answer_escalations(actor):
        waiting = list(escalations_to_answer(actor))
        late = sum(each.answer_due_on < today for each in waiting)
        words = f"{late} overdue" if late else "none is overdue"
        yield Standing("Put to you and not answered", str(len(waiting)), words, reverse("notices:escalations"), 10)
