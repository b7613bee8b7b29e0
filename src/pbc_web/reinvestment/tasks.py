"""What reinvestment needs of somebody, for the home page: money of approved uses to spend before its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.reinvestment.permissions import may_propose_uses
from pbc_web.reinvestment.queries import pots_of_owner
from pbc_web.reinvestment.rules import meant_until
from pbc_web.statements.actions.year_ends import reservable


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields one task a pot whose confirmed money is promised to nothing yet, for whoever may propose what it is for."""
    if not may_propose_uses(actor):
        return
    for pot in pots_of_owner(actor):
        if reservable(pot) > 0 and today <= pot.spend_due_on:
            year = pot.financial_year.replace("-", "/")
            yield Task(
                f"Propose what the pot from {year} is spent on",
                reverse("statements:pot", args=[pot.id]),
                meant_until(pot),
                30,
            )
