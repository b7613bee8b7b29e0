"""The user's own files about business cases: what happened to each of them, and when committees meet."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.reference.case_events import CASE_EVENTS as KINDS
from pbc.sources.published.reading import (
    Published,
    Text,
    cast_columns,
    read_text,
    refuse,
    require_filled,
    require_once,
    require_one_line,
)
from pbc.tables import CASE_EVENTS, DECISION_MEETINGS
from pbc.tables.case_events import find_story_faults


def read_case_events(path: Path | Text) -> Published:
    """This returns CASE_EVENTS from case_code, commissioner_code, happened_on, event, missing_item and earlier_case_code.

    Grain: one case, day and event. Days are dates where it happened. Refused by row: an empty cell, an event that is none, the
    same row twice, and what cannot be true of a case: an event before its submission or after its end, a resumption without a
    stop, a service changed without approval, a resubmission of a case that is not there, still open or resubmitted already.
    """
    text = _with_rows(read_text(path, "case_events"), "a row for each event")
    codes = pl.col("case_code", "commissioner_code", "earlier_case_code").str.to_uppercase()
    rows = cast_columns(text).with_columns(codes, pl.col("event").str.to_lowercase())
    require_filled(text, rows, "case_code", "commissioner_code", "happened_on", "event")
    require_one_line(text, rows, "case_code", "commissioner_code", "earlier_case_code", "missing_item")
    refuse(
        text, rows.filter(~pl.col("event").is_in(list(KINDS))), column="event", rule="unknown_code", what="There is no such event.",
        expected=", ".join(KINDS), remedy="Write the event as one of these words.",
    )  # fmt: skip
    require_once(
        text,
        rows,
        key="case_code",
        also=("happened_on", "event"),
        what="The same event of a case stands twice on one day.",
    )
    filled = rows.filter(
        pl.all_horizontal(pl.col("case_code", "commissioner_code", "happened_on").is_not_null())
        & pl.col("event").is_in(list(KINDS))
    )
    whole = filled.unique(CASE_EVENTS.key, keep="first", maintain_order=True)
    for fault in find_story_faults(whole):
        named = pl.concat_str("case_code", fault.column, separator=" ", ignore_nulls=True).alias("case_and_cell")
        refuse(
            text, whole[fault.at].with_columns(named), column=fault.column, rule="cannot_be", what=fault.what,
            expected=fault.expected, remedy=fault.remedy, found="case_and_cell",
        )  # fmt: skip
    return text.published(CASE_EVENTS.conform(whole).sort(CASE_EVENTS.key))


def read_decision_meetings(path: Path | Text) -> Published:
    """This returns DECISION_MEETINGS from commissioner_code, meets_on and papers_due_on.

    Grain: one commissioner and meeting. Refused by row: an empty cell, a meeting that stands twice, papers due after it.
    """
    text = _with_rows(read_text(path, "decision_meetings"), "a row for each meeting")
    rows = cast_columns(text).with_columns(pl.col("commissioner_code").str.to_uppercase())
    require_filled(text, rows, *DECISION_MEETINGS.names)
    require_one_line(text, rows, "commissioner_code")
    require_once(text, rows, key="commissioner_code", also=("meets_on",), what="A meeting stands twice.")
    refuse(
        text, rows.filter(pl.col("papers_due_on") > pl.col("meets_on")), column="papers_due_on", rule="cannot_be",
        what="Papers are due after the meeting.", expected="a day up to the meeting", remedy="Correct one of the two days.",
    )  # fmt: skip
    return text.published(DECISION_MEETINGS.conform(rows).sort(DECISION_MEETINGS.key))


def _with_rows(text: Text, expected: str) -> Text:
    if text.rows.is_empty():
        raise RefusedInput("This file has headings and no rows.", text.recognised.path.name, "no rows", expected)
    return text
