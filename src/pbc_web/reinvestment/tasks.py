"""What reinvestment says on the home page: confirmed money that no use is proposed for, and how long the oldest waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc.money import pounds
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.standing import Standing
from pbc_web.accounts.tasks import Task
from pbc_web.reinvestment.permissions import may_agree_exceptions, may_propose_uses, may_record_spending
from pbc_web.reinvestment.queries import pots_of_owner, to_spend_by, waiting_for
from pbc_web.shell.words import count_of
from pbc_web.statements.actions.year_ends import reservable


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields one task a pot whose confirmed money is promised to nothing yet, for whoever may propose what it is for."""
    if not may_propose_uses(actor):
        return
    for pot in pots_of_owner(actor):
        if reservable(pot) > 0 and today <= pot.spend_due_on:
            due_on, year = to_spend_by(pot), pot.financial_year.replace("-", "/")
            yield Task(
                f"Propose what the pot from {year} is spent on",
                reverse("statements:pot", args=[pot.id]),
                due_on,
                30,
                is_late=due_on < today,
            )


def standing_of(actor: Actor, today: date) -> Iterator[Standing]:
    """This yields all freed-up money that waits and how long the oldest of it does, for a region and for who close the year."""
    if not (may_agree_exceptions(actor) or may_record_spending(actor)):
        return
    waiting = waiting_for(actor)
    if waiting:
        oldest, figure = waiting[0], pounds(sum(each.pence for each in waiting))
        words = f"the oldest for {count_of(oldest.days(today), 'day')}, of {oldest.commissioner.name}"
        yield Standing("Freed-up money that waits", figure, words, reverse("reinvestment:reinvestment"), 60)
