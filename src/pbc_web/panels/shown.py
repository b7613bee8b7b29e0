"""A panel's meetings and its calendar as tables and sentences, the same on pages and in files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pbc.reports.decision_calendar import IMPOSSIBLE, NOT_KNOWN, OTHERWISE, CalendarMaterial
from pbc.reports.view import Head, PageTable
from pbc_web.panels.models import Meeting
from pbc_web.panels.queries import Quorum, quorum_of
from pbc_web.shell.words import count_of, day


def calendar_table(material: CalendarMaterial) -> PageTable:
    """This returns every stretch of days of submission with the last meeting in time."""
    rows = tuple(
        (
            _days(each["first_submitted_on"], each["last_submitted_on"]), f"{each['days_count']:,}",
            day(each["meets_on"], IMPOSSIBLE.capitalize() if each["answer"] == "impossible" else NOT_KNOWN.capitalize()),
            day(each["papers_due_on"], "None"),
        )
        for each in material.calendar.iter_rows(named=True)
    )  # fmt: skip
    heads = (
        Head("Submitted"),
        Head("Days", is_number=True),
        Head("Last meeting in time"),
        Head("Papers until", is_optional=True),
    )
    return PageTable("calendar", "The last meeting within eight weeks, by day of submission", heads, rows)


def _days(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def impossible_days(material: CalendarMaterial | None) -> int:
    """This returns on how many days what is submitted cannot be decided at a meeting in time."""
    if material is None:
        return 0
    return sum(each["days_count"] for each in material.calendar.iter_rows(named=True) if each["answer"] == "impossible")


def is_known(material: CalendarMaterial | None) -> bool:
    """This returns whether a meeting is listed that tells what becomes of a case submitted on the first of the days."""
    return material is not None and material.calendar["answer"][0] != "not_known"


def warning(material: CalendarMaterial | None) -> str:
    """This returns in a sentence what the calendar makes impossible; nothing where it keeps the eight weeks."""
    count = impossible_days(material)
    if material is None or not count:
        return ""
    return (
        f"What is submitted on {count_of(count, 'day')} of the year from today cannot be decided at a meeting within eight "
        f"weeks: it needs {OTHERWISE[material.otherwise]}, or one more meeting."
    )  # fmt: skip


def meetings_table(meetings: Iterable[Meeting]) -> PageTable:
    """This returns meetings as a table, by day."""
    rows = tuple((day(each.meets_on), day(each.papers_due_on), state_of(each)) for each in meetings)
    return PageTable("meetings", "Meetings", tuple(Head(each) for each in ("Meets", "Papers until", "State")), rows)


def state_of(meeting: Meeting) -> str:
    """This returns how a meeting stands: planned, held with or without a quorum, or why it is cancelled."""
    if meeting.state == "held":
        return f"Held, {quorum_words(quorum_of(meeting))}"
    return f"Cancelled: {meeting.reason}" if meeting.state == "cancelled" else "Planned"


def quorum_words(found: Quorum) -> str:
    """This returns whether a meeting could decide: 4 of 3 voting members needed were there."""
    there = f"{count_of(found.present, 'voting member')} there, {found.needed} needed"
    chair = "" if found.has_chair else ", no chair"
    return f"{'with' if found.is_met else 'without'} a quorum ({there}{chair})"
