"""What happened to plans and business cases on the way to their decisions, event by event, and whether the story can be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import polars as pl

from pbc.reference.case_events import CASE_EVENTS as KINDS
from pbc.reference.case_events import ENDED, NEW, ORDER, RESUBMITTED, STATE_TITLES, state_after
from pbc.tables.contract import Table, code, day, text

CASE_EVENTS = Table(
    name="case_events",
    grain="one case, day and kind of event",
    key=("case_code", "happened_on", "event"),
    columns=(
        code("case_code", "the plan or business case, by the code under which it was submitted"),
        code("commissioner_code", "who decides it"),
        day("happened_on", "the day, as a date where it happened"),
        code("event", "what happened", allowed=tuple(KINDS)),
        text("missing_item", "of a stop: what is missing", nullable=True),
        code("earlier_case_code", "of a resubmission: the code it had before", nullable=True),
    ),
    note="The first event of a case is submitted or resubmitted; after approved only service_changed can come.",
)


@dataclass(frozen=True)
class StoryFault:
    """A row that cannot be true beside the other rows: its place in the frame, the column, and what to say of it."""

    at: int
    column: str
    what: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class _Told:
    at: int
    case_code: str
    commissioner_code: str
    happened_on: date
    event: str
    earlier_case_code: str | None


_Cases = Mapping[str, Sequence[_Told]]


def find_story_faults(events: pl.DataFrame) -> list[StoryFault]:
    """This returns what cannot be true of CASE_EVENTS, row by row: an event that cannot come where its case stands, a case of two
    commissioners, a resubmission of a case that is not there, still open or resubmitted already. Of one case the first is told.
    """
    columns = ("case_code", "commissioner_code", "happened_on", "event", "earlier_case_code")
    rows = [_Told(at, *row) for at, row in enumerate(events.select(columns).iter_rows())]
    rows.sort(key=lambda row: (row.case_code, row.happened_on, ORDER[row.event]))
    cases = {name: list(story) for name, story in groupby(rows, lambda row: row.case_code)}
    own = [fault for story in cases.values() for fault in _of_case(story)]
    return own or list(_of_resubmissions(cases))


def _of_case(story: Sequence[_Told]) -> Iterator[StoryFault]:
    state = NEW
    for row in story:
        kind = KINDS[row.event]
        if state not in kind.comes_in:
            can_come = [kind.code for kind in KINDS.values() if state in kind.comes_in] or [
                "nothing more under this code"
            ]
            yield StoryFault(
                row.at, "event", f"This cannot happen to a case that is {STATE_TITLES[state]}.", " or ".join(can_come),
                "Correct the event or its day, or add the row that is missing.",
            )  # fmt: skip
            return
        state = kind.leads_to or state
        if row.commissioner_code != story[0].commissioner_code:
            yield StoryFault(
                row.at,
                "commissioner_code",
                "A case is decided by one commissioner.",
                story[0].commissioner_code,
                "Correct the code.",
            )
        if (row.event == RESUBMITTED) != (row.earlier_case_code is not None):
            yield StoryFault(
                row.at, "earlier_case_code", "A case that comes back names the code it had before, and no other event does.",
                "the earlier code of a case that was resubmitted, else an empty cell",
                "Write resubmitted with the earlier code, or submitted without one.",
            )  # fmt: skip


def _of_resubmissions(cases: _Cases) -> Iterator[StoryFault]:
    taken: set[str] = set()
    for row in sorted((story[0] for story in cases.values()), key=lambda row: (row.happened_on, row.case_code)):
        if row.earlier_case_code is None:
            continue
        what = _why_not(cases, row, row.earlier_case_code, taken)
        taken.add(row.earlier_case_code)
        if what:
            yield StoryFault(
                row.at, "earlier_case_code", what, "a case of the same commissioner that had ended by that day, named once",
                "Correct the code, or add the rows of the earlier case.",
            )  # fmt: skip


def _why_not(cases: _Cases, row: _Told, earlier_case_code: str, taken: set[str]) -> str:
    earlier = cases.get(earlier_case_code)
    if earlier is None:
        return "The earlier case is not in this table."
    if earlier_case_code in taken:
        return "The earlier case was resubmitted already."
    if earlier[0].commissioner_code != row.commissioner_code:
        return "The earlier case was another commissioner's."
    if state_after(each.event for each in earlier)[0] not in ENDED or _ended_on(earlier) > row.happened_on:
        return "The earlier case was still open on that day."
    return "Cases come back as each other in a circle." if _is_in_circle(cases, row) else ""


def _ended_on(story: Sequence[_Told]) -> date:
    """The day a case was decided or withdrawn; a service may change after the case came back."""
    return next(row.happened_on for row in story if KINDS[row.event].leads_to in ENDED)


def _is_in_circle(cases: _Cases, row: _Told) -> bool:
    seen, name = set[str](), row.earlier_case_code
    while name is not None and name in cases and name not in seen:
        seen.add(name)
        name = cases[name][0].earlier_case_code
    return row.case_code in seen
