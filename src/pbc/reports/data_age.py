"""How old the data on a page are and how complete: a few sentences, and a table of every delivery of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pbc.periods import Month
from pbc.reports.amounts import count, listed, percent
from pbc.reports.hidden_rows import said
from pbc.reports.history import day_in_words
from pbc.reports.material import StatementMaterial
from pbc.reports.view import Head, PageTable, Paragraph

Row = dict[str, Any]
HEADING = "How old and how complete the data are"
SETTINGS = {
    "admitted_care": "Admitted care", "outpatients": "Outpatients", "accident_and_emergency": "Accident and emergency",
    "prescribing": "Prescribing",
}  # fmt: skip
FEW = 0.8  # of the usual: less than this is worth a question before the figures are relied on
ALL_BUT_WHOLE = 0.9995  # prints as 100.0%
NEVER, UNKNOWN = "Never came", "No data"


def describe_data_age(material: StatementMaterial) -> Paragraph:
    """This returns when the newest data came, what usually still comes, what looks too little and what was refused."""
    rows = material.table("data_ages").to_dicts()
    newest = [row for row in rows if row["month"] == material.month.number and row["setting"] != "prescribing"]
    said = [*_received(material, newest), *_still_to_come(newest), *_too_few(rows)]
    refused = sum(row["refused_count"] for row in rows)
    if refused:
        said.append(
            f"{refused:,} {'row' if refused == 1 else 'rows'} of the deliveries of this year {'was' if refused == 1 else 'were'} "
            "refused, each with its reason, and count in no figure until put right."
        )
    return Paragraph("age", HEADING, tuple(said) if rows else ())


def _received(material: StatementMaterial, newest: list[Row]) -> list[str]:
    days = sorted({day for row in newest if (day := received_on(row))})
    if not days:
        return [f"When the hospital data of {material.month.title} were received was not written down."]
    old = days_old(material, days[-1])
    age = "" if old is None else f", {old:,} {'day' if old == 1 else 'days'} before {_until(material)}"
    return [f"The newest hospital data, of {material.month.title}, were received on {day_in_words(days[-1])}{age}."]


def _until(material: StatementMaterial) -> str:
    return day_in_words(material.as_of) if material.as_of else "this statement was made"


def _still_to_come(newest: list[Row]) -> list[str]:
    ratios = [row["completion_ratio"] for row in newest if row["completion_ratio"] is not None]
    if ratios and min(ratios) >= ALL_BUT_WHOLE:
        return ["Of earlier months nearly everything had come by this time: next to nothing came later."]
    parts = [
        f"{percent(row['completion_ratio'])} of {SETTINGS[row['setting']].lower()}"
        for row in newest
        if row["completion_ratio"] is not None
    ]
    if not parts:
        return ["No month is held long enough to tell how much usually still comes late."]
    return [f"So soon after a month, {listed(parts)} has usually come; the rest comes late and is told when it does."]


def _too_few(rows: list[Row]) -> list[str]:
    few = [
        row for row in rows if not row["is_left_out"] and row["usual_ratio"] is not None and row["usual_ratio"] < FEW
    ]
    named = [
        f"{SETTINGS[row['setting']].lower()} of {Month.from_number(row['month']).title} "
        f"({percent(row['usual_ratio'], places=0)} of the usual)"
        for row in few
    ]
    return [f"Less is held than usual of {listed(named)}: ask before relying on it."] if named else []


def received_on(row: Row) -> date | None:
    """This returns the day a month's own delivery was received, or None where it was not, or not written down."""
    return date.fromisoformat(row["received_at"][:10]) if row["received_at"] else None


def days_old(material: StatementMaterial, received: date) -> int | None:
    """This returns days from receipt to the day the page is for or, where none was given, on which the statement was made."""
    made_at = material.statement_set.made_at
    until = material.as_of or (date.fromisoformat(made_at[:10]) if made_at else None)
    return None if until is None else max((until - received).days, 0)


def data_age_table(material: StatementMaterial) -> PageTable | None:
    """This returns every delivery of the year to date with its age and completeness, newest month first, or None without."""
    rows = material.table("data_ages").sort(pl.col("month"), "setting", descending=[True, False]).to_dicts()
    heads = (
        Head("Month"), Head("Kind of data"), Head("Received"), Head("Days old", True), Head("Held", True),
        Head("Usual by now", True), Head("Held against usual", True), Head("Usually come by now", True),
        Head("Rows refused", True),
    )  # fmt: skip
    note = (
        "Held counts stays, visits or items of the whole commissioner from all deliveries. Usual is the middle one of earlier "
        "months, a day, times the days of this month and the part that has usually come by now."
    )
    caption = "The data behind this page: how old and how complete"
    body = tuple(_line(material, row) for row in rows)
    return PageTable("data-age", caption, heads, body, note=note, is_background=True) if body else None


def _line(material: StatementMaterial, row: Row) -> tuple[str, ...]:
    received = received_on(row)
    old = days_old(material, received) if received else None
    when = day_in_words(received) if received else NEVER if row["is_left_out"] or not row["activity_count"] else UNKNOWN
    return (
        Month.from_number(row["month"]).title,
        SETTINGS[row["setting"]],
        f"{when} (left out)" if row["is_left_out"] else when,
        UNKNOWN if old is None else f"{old:,}",
        said(row, "activity_count", say=count),
        UNKNOWN if row["usual_count"] is None else f"{row['usual_count']:,}",
        _share(row["usual_ratio"]),
        _share(row["completion_ratio"]),
        f"{row['refused_count']:,}",
    )


def _share(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else percent(ratio)
