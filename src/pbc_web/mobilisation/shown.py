"""Milestones and cases under way as tables, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc.reports.view import Head, PageTable
from pbc_web.mobilisation.models import Milestone, MilestoneVersion
from pbc_web.mobilisation.queries import Progress, is_late
from pbc_web.shell.words import count_of, day

OF_CASES = ("Code", "Title", "From", "To", "Approved", "Milestones", "Late", "Service changed")
OF_MILESTONES = ("Milestone", "Whose", "Due", "Waits for", "Risk", "State")
OF_VERSIONS = ("Changed", "By", "Due", "Whose", "State", "Reason")


def cases_table(cases: Iterable[Progress], *, today: date) -> PageTable:
    """This returns approved cases as a table, one a row."""
    rows = tuple(
        (
            each.proposal.code, each.proposal.title, each.proposal.owner.name, each.proposal.commissioner.name,
            day(each.proposal.decided_on), _done(each), f"{len(each.late(today)):,}", service_words(each, today=today),
        )
        for each in cases
    )  # fmt: skip
    return PageTable("cases", "Approved cases", tuple(Head(each, each == "Late") for each in OF_CASES), rows)


def _done(case: Progress) -> str:
    asked = [each for each in case.milestones if each.state != "dropped"]
    return f"{sum(each.state == 'done' for each in asked)} of {len(asked)} done" if asked else "None"


def service_words(case: Progress, *, today: date) -> str:
    """This returns when a service changed, or how long it has been waited for; of a quick win, whether that was in time."""
    late = case.is_quick_win_late(today)
    by = f"; a quick win, to be done by {day(case.quick_due_on)}" if case.quick_due_on else ""
    if case.changed_on:
        return day(case.changed_on) + (f", late{by}" if late else "")
    waited = count_of((today - case.proposal.decided_on).days, "day")
    return f"Not yet, {waited} after approval{by}{': late' if late else ''}"


def milestones_table(milestones: Iterable[Milestone], *, today: date) -> PageTable:
    """This returns milestones as a table, by the day each is due."""
    rows = tuple(
        (
            each.title, each.owner.shown_name, day(each.due_on), each.depends_on.title if each.depends_on else "None",
            each.get_risk_display() + (f": {each.risk_words}" if each.risk_words else ""), state_of(each, today),
        )
        for each in milestones
    )  # fmt: skip
    return PageTable("milestones", "Milestones", tuple(Head(each) for each in OF_MILESTONES), rows)


def state_of(milestone: Milestone, today: date) -> str:
    """This returns how a milestone stands; of an open one, by how much it is late, and whether it ends before what it waits for."""
    if is_late(milestone, today):
        return f"Late by {count_of((today - milestone.due_on).days, 'day')}"
    before = milestone.depends_on
    if milestone.state == "open" and before and before.state == "open" and before.due_on > milestone.due_on:
        return "Open, due before what it waits for"
    return str(milestone.get_state_display())


def versions_table(versions: Iterable[MilestoneVersion]) -> PageTable:
    """This returns all that a milestone ever was, the first version first."""
    rows = tuple(
        (day(each.at), each.by.shown_name, day(each.due_on), each.owner.shown_name, each.get_state_display(), each.reason or "None")
        for each in versions
    )  # fmt: skip
    return PageTable("versions", "How it changed", tuple(Head(each) for each in OF_VERSIONS), rows)
