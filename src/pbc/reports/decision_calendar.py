"""A committee's calendar against the eight weeks, as a terminal and a file show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from pbc.policy.policy import PolicyValue
from pbc.reports.decision_times import MADE_UP, rules_sheet
from pbc.reports.history import day_in_words
from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook

IMPOSSIBLE = "no meeting inside the eight weeks still takes papers"
NOT_KNOWN = "not known: the eight weeks run past the last meeting listed"
OTHERWISE = {"chairs_action": "chair's action", "delegated_officer": "a delegated officer"}


@dataclass(frozen=True)
class CalendarMaterial:
    """A calendar of submission days, with the rule values and the file it rests on; `otherwise` decides without a meeting, and
    `limit` is what a decision may take."""

    calendar: pl.DataFrame
    starts_on: date
    values: tuple[PolicyValue, ...]
    otherwise: str
    file_name: str
    fingerprint: str
    is_made_up: bool
    limit: timedelta

    @property
    def mark(self) -> str:
        """The words every file of made-up meetings carries; nothing on others."""
        return MADE_UP if self.is_made_up else ""


def calendar_text(material: CalendarMaterial) -> str:
    """This returns for each commissioner whether its calendar makes eight weeks impossible, then every stretch of days."""
    lines = [material.mark] if material.mark else []
    for (commissioner,), rows in material.calendar.group_by("commissioner_code", maintain_order=True):
        lines.append(f"{commissioner}: {_warning(rows, material.otherwise)}")
        lines += [f"  {_line(row, material.limit)}" for row in rows.iter_rows(named=True)]
    return "\n".join(lines) + "\n"


def calendar_csv(material: CalendarMaterial) -> bytes:
    """This returns the stretches as CSV, in their published columns."""
    return plain_csv(_sheet(material), mark=material.mark)


def calendar_workbook(material: CalendarMaterial) -> bytes:
    """This returns a workbook: a cover with the warnings, the stretches, and the rule values with their sources."""
    return plain_workbook(
        "Meetings within eight weeks", lines=list(_cover(material)), sheets=[_sheet(material), rules_sheet(material.values)],
        on=material.starts_on, mark=material.mark,
    )  # fmt: skip


def _sheet(material: CalendarMaterial) -> PlainSheet:
    return PlainSheet(
        "Days of submission", "The last meeting within eight weeks, by day of submission", material.calendar
    )


def _cover(material: CalendarMaterial) -> Iterator[str]:
    for (commissioner,), rows in material.calendar.group_by("commissioner_code", maintain_order=True):
        yield f"{commissioner}: {_warning(rows, material.otherwise)}"
    yield f"Made from {material.file_name} (SHA-256 {material.fingerprint})."


def _warning(rows: pl.DataFrame, otherwise: str) -> str:
    days = rows.filter(pl.col("answer") == "impossible")["days_count"].sum()
    if rows["answer"].eq("not_known").all():
        return (
            "no day can be told: no meeting is listed late enough. List the meetings of the eight weeks after it too."
        )
    if not days:
        return "every day that can be told has a meeting inside its eight weeks."
    return (
        f"WARNING: a case submitted on any of {days} days cannot be decided at a meeting within eight weeks; it needs "
        f"{OTHERWISE[otherwise]}."
    )


def _line(row: Mapping[str, Any], limit: timedelta) -> str:
    first, last = day_in_words(row["first_submitted_on"]), day_in_words(row["last_submitted_on"])
    days = first if row["days_count"] == 1 else f"{first} to {last}"
    if row["answer"] == "possible":
        return (
            f"{days}: papers by {day_in_words(row['papers_due_on'])} for the meeting of {day_in_words(row['meets_on'])}"
        )
    return f"{days}: {IMPOSSIBLE + _wanted(row, limit) if row['answer'] == 'impossible' else NOT_KNOWN}"


def _wanted(row: Mapping[str, Any], limit: timedelta) -> str:
    """The one meeting that would serve all these days, where one can: papers on the last of them, in time for the first."""
    last, due = row["last_submitted_on"], row["first_submitted_on"] + limit
    return "" if last > due else f"; one by {day_in_words(due)} that takes papers until {day_in_words(last)} would do"
