"""Putting what is late to the region: by the clock, once for a round and cause, or by who waits, in their own words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import Doer
from pbc_web.budgets import rules
from pbc_web.budgets.models import Round
from pbc_web.notices.actions import Matter, open_escalation
from pbc_web.notices.models import Escalation
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import parents_of
from pbc_web.shell.clock import day_of

ABOUT = "budget_round"
RAISED = "raised"  # the cause of one opened by hand; those by the clock say what was not agreed


@transaction.atomic
def escalate(in_round: Round, *, words: str, by: Actor, at: datetime) -> Escalation:
    """Call on the region for one's own organisation, before or after the day; opened again it is the same escalation."""
    return _open(
        in_round, cause=f"{RAISED} by {by.organisation_code}", title=f"Budget of {by.organisation_name} for {in_round.financial_year}",
        words=words, raised_by=by.organisation, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def escalate_late(in_round: Round, *, cause: str, title: str, words: str, by: Doer, at: datetime) -> Escalation | None:
    """Tell the region that the day has passed; where nobody is the commissioner's region there is nobody to tell."""
    if region_of(in_round, at) is None:
        return None
    return _open(in_round, cause=cause, title=title, words=words, raised_by=None, by=by, at=at)


def region_of(in_round: Round, at: datetime) -> Organisation | None:
    """This returns who a commissioner answers to."""
    return parents_of(in_round.commissioner, on=day_of(at), relations=("commissioner_region",)).first()


def _open(
    in_round: Round, *, cause: str, title: str, words: str, raised_by: Organisation | None, by: Doer, at: datetime
) -> Escalation:
    region = region_of(in_round, at)
    if region is None:
        raise RefusedInput(
            "There is nobody to escalate to.", where=in_round.commissioner.name, found="no region it answers to",
            remedy="Ask your administrator to add the relation to the register of organisations.",
        )  # fmt: skip
    matter = Matter(
        about=(ABOUT, in_round.id), cause=cause, title=title, commissioner=in_round.commissioner, region=region,
        raised_by=raised_by, answer_due_on=rules.answer_due_on(in_round.regime, day_of(at)), words=words,
        link=f"/budgets/{in_round.id}/",
    )  # fmt: skip
    return open_escalation(matter, by=by, at=at)
