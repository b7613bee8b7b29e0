"""Milestones and cases under way as files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc_web.accounts.actor import Actor
from pbc_web.audit.handing_out import TableFile
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.queries import Progress
from pbc_web.mobilisation.shown import cases_table, milestones_table


def milestones_file(proposal: Proposal, milestones: Iterable[Milestone], *, today: date) -> TableFile:
    """This returns a case's milestones as a file."""
    lines = (f"{proposal.code} {proposal.title}", f"{proposal.owner.name}, to {proposal.commissioner.name}")
    table = milestones_table(milestones, today=today)
    is_made_up = proposal.commissioner.is_made_up
    return TableFile(f"milestones-{proposal.code}", "Milestones", lines, (table,), today, is_made_up)


def cases_file(actor: Actor, cases: Iterable[Progress], *, today: date) -> TableFile:
    """This returns the approved cases somebody sees as a file."""
    own = actor.organisation
    lines = (f"Approved cases as {own.name} sees them.",)
    table = cases_table(cases, today=today)
    return TableFile(f"cases-{own.code}", "Approved cases", lines, (table,), today, own.is_made_up)
