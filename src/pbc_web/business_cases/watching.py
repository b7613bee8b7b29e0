"""What is late put to the region, and taken from it once it is decided, or taken back by its author."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from pbc_web.accounts.actor import Process
from pbc_web.budgets.rules import answer_due_on, regime_of
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.clock import codes_of
from pbc_web.notices.actions import Matter, close_escalation, open_escalation
from pbc_web.notices.models import Escalation
from pbc_web.organisations.queries import parents_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day

CLOCK = Process("clock")
ABOUT, CAUSE = "proposal", "undecided"


def put_to_region(proposal: Proposal, *, at: datetime) -> Escalation | None:
    """Tell the region that a proposal was not decided by its day, once for its clock: what was put to it under an earlier code and is open
    or answered is not put again. Where a commissioner answers to nobody there is nobody to tell."""
    today = day_of(at)
    region = parents_of(proposal.commissioner, on=today, relations=("commissioner_region",)).first()
    if region is None:
        return None
    put = _put(proposal).filter(Q(closed_at__isnull=True) | Q(answered_at__isnull=False)).first()
    if put is not None:
        return put
    matter = Matter(
        about=(ABOUT, proposal.code), cause=CAUSE, title=f"{proposal.commissioner.name}: {proposal.code} is not decided",
        commissioner=proposal.commissioner, region=region, answer_due_on=answer_due_on(regime_of(proposal.commissioner), today),
        words=f"{proposal.title}, of {proposal.owner.name}, was submitted on {day(proposal.first_submitted_on)} and was to be decided by "
        f"{day(proposal.due_on)}.", link=f"/proposals/{proposal.code}/",
    )  # fmt: skip
    return open_escalation(matter, by=CLOCK, at=at)


def close_late(proposal: Proposal, *, at: datetime) -> None:
    """Close what was put to the region about a proposal that waits no longer, under this code or an earlier one of its clock."""
    for each in _put(proposal).filter(closed_at__isnull=True):
        close_escalation(each, by=CLOCK, at=at)


def _put(proposal: Proposal) -> QuerySet[Escalation]:
    """What was put to the region about a proposal, under any code of its clock."""
    return Escalation.everywhere.filter(about_kind=ABOUT, about_key__in=[each.code for each in codes_of(proposal)])
