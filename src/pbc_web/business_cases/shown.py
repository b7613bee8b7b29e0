"""Proposals as a table and as words, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc.periods import FinancialYear
from pbc.reports.view import Head, PageTable
from pbc_web.business_cases.models import Proposal
from pbc_web.shell.words import count_of, day

HEADS = tuple(
    Head(each) for each in ("Code", "Title", "What it is", "From", "To", "State", "Decision due", "Time left")
)
COLOURS = {"submitted": "blue", "approved": "green"}  # the rest grey; red is for what is late


def proposals_table(proposals: Iterable[Proposal], *, today: date) -> PageTable:
    """This returns proposals as a table, one a row."""
    rows = tuple(
        (
            each.code, each.title, kind_of(each), each.owner.name, each.commissioner.name,
            "Late" if is_late(each, today=today) else each.get_state_display(),
            day(each.due_on, "Not submitted"), time_left(each, today=today),
        )
        for each in proposals
    )  # fmt: skip
    return PageTable("proposals", "Proposals", HEADS, rows)


def kind_of(proposal: Proposal) -> str:
    """This returns the kind with the year it begins in: PBC plan, 2009/10."""
    quick = ", quick win" if proposal.is_quick_win else ""
    return f"{proposal.get_kind_display()}{quick}, {FinancialYear.parse(proposal.financial_year)}"


def time_left(proposal: Proposal, *, today: date) -> str:
    """This returns how long is left until the due date of what waits, or how it ended."""
    if proposal.state == "submitted" and proposal.due_on:
        left = (proposal.due_on - today).days
        return "Due today" if left == 0 else f"{count_of(abs(left), 'day')} {'left' if left > 0 else 'late'}"
    if proposal.decided_on:
        return f"Decided {day(proposal.decided_on)}"
    return "Not counted yet" if proposal.due_on is None else "Not decided"


def is_late(proposal: Proposal, *, today: date) -> bool:
    """This returns whether a proposal waits after the last day for its decision."""
    return proposal.state == "submitted" and proposal.due_on is not None and proposal.due_on < today
