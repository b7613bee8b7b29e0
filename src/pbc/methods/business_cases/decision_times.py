"""How long each case took or has waited, from its dated events: submission to decision, and approval to service change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from pbc.errors import Fault, RefusedInput
from pbc.methods.business_cases.clock import CaseClock, CaseEvent, measure_clock
from pbc.methods.business_cases.rules import find_clock_rules
from pbc.policy import Policy
from pbc.reference.case_events import APPROVED, CHANGED, DECISIONS, ORDER, WITHDRAWN_BY_AUTHOR
from pbc.tables import CASE_EVENTS, DECISION_TIMES
from pbc.tables.case_events import find_story_faults
from pbc.tables.decision_times import CONTINUED


@dataclass(frozen=True)
class _Case:
    """One code: what happened under it, in order, and the code it had before."""

    case_code: str
    commissioner_code: str
    earlier_case_code: str | None
    events: tuple[CaseEvent, ...]

    @property
    def received_on(self) -> date:
        return self.events[0].happened_on

    @property
    def is_decided(self) -> bool:
        return any(each.event in DECISIONS for each in self.events)


_Cases = Mapping[str, _Case]


def measure_decision_times(events: pl.DataFrame, *, as_at: date, policy: Policy) -> pl.DataFrame:
    """This returns DECISION_TIMES, one row a case submitted by the day `as_at`, from CASE_EVENTS up to and with that day.

    Judged on calendar days from the first submission of the same case; days net of the permitted stop stand beside. A case
    counts in the share (`is_judged`) once its eight weeks are over: decided ones, and those that wait, late; not one whose author
    took it back in time. One that came back counts under its later code alone. Refused: a story that cannot be true, by case and
    day. Source: rules.md E4 and R7.1, decisions methods/0250 and 0251.

    >>> from pbc.policy import load_policy
    >>> told = [("A", "ZC1", date(2009, 6, 1), "submitted"), ("A", "ZC1", date(2009, 7, 28), "approved")]
    >>> events = CASE_EVENTS.from_rows([dict(zip(CASE_EVENTS.names, row)) for row in told])
    >>> times = measure_decision_times(events, as_at=date(2009, 12, 31), policy=load_policy("england-2005"))
    >>> times.select("gross_days", "is_late", "is_judged", "change_days").row(0)
    (57, True, True, 156)
    """
    _require_true(events)
    cases = _gather(events.filter(pl.col("happened_on") <= as_at))
    earlier = {code: _earlier(cases, case, policy) for code, case in cases.items()}
    later = {before.case_code: cases[code] for code, before in earlier.items() if before is not None}
    rows = [_row(case, _story(case, earlier), later.get(code), as_at, policy) for code, case in cases.items()]
    return DECISION_TIMES.from_rows(rows)


def _require_true(events: pl.DataFrame) -> None:
    faults = find_story_faults(events)
    if faults:
        first = faults[0]
        row = events.row(first.at, named=True)
        raise RefusedInput(
            first.what, where=f"case {row['case_code']}, {row['event']} on {row['happened_on']}", expected=first.expected,
            remedy=first.remedy,
        )  # fmt: skip


def _gather(events: pl.DataFrame) -> _Cases:
    rows = CASE_EVENTS.conform(events).to_dicts()
    rows.sort(key=lambda row: (row["case_code"], row["happened_on"], ORDER[row["event"]]))
    cases = {}
    for code, story in groupby(rows, lambda row: str(row["case_code"])):
        told = list(story)
        happened = tuple(CaseEvent(row["event"], row["happened_on"], row["missing_item"]) for row in told)
        cases[code] = _Case(code, told[0]["commissioner_code"], told[0]["earlier_case_code"], happened)
    return cases


def _earlier(cases: _Cases, case: _Case, policy: Policy) -> _Case | None:
    """The case whose clock this one goes on with: the one it was, unless that was decided and a decision ends the clock."""
    if case.earlier_case_code is None:
        return None
    earlier = cases[case.earlier_case_code]
    with _naming(case):
        keeps = find_clock_rules(policy, on=case.received_on).keeps_first_date_after_decision
    return earlier if keeps or not earlier.is_decided else None


@contextmanager
def _naming(case: _Case) -> Iterator[None]:
    """Within it a refusal says of which case it is: of a file of many the day alone does not."""
    try:
        yield
    except Fault as fault:
        raise replace(fault, where=f"case {case.case_code}, {fault.where}") from fault


def _story(case: _Case, earlier: Mapping[str, _Case | None]) -> tuple[CaseEvent, ...]:
    """What happened to the same case under all its codes; a service that changed after the case came back is told with the first."""
    story = case.events
    while (before := earlier[case.case_code]) is not None:
        story = (*(each for each in before.events if each.happened_on <= case.received_on), *story)
        case = before
    return story


def _row(case: _Case, story: Sequence[CaseEvent], later: _Case | None, as_at: date, policy: Policy) -> dict[str, Any]:
    with _naming(case):
        rules = find_clock_rules(policy, on=story[0].happened_on)
        clock = measure_clock(story, as_at=later.received_on if later else as_at, rules=rules)
    is_late = clock.is_late and later is None
    return {
        "case_code": case.case_code,
        "commissioner_code": case.commissioner_code,
        "as_at_on": as_at,
        "state": CONTINUED if later else clock.state,
        "submitted_on": clock.submitted_on,
        "received_on": case.received_on,
        "earlier_case_code": case.earlier_case_code,
        "continued_by_code": later.case_code if later else None,
        "due_on": clock.due_on,
        "decided_on": clock.decided_on,
        "gross_days": clock.gross_days,
        "stopped_days": clock.stopped_days,
        "net_days": clock.net_days,
        "refused_stops_count": clock.refused_stops_count,
        "put_off_count": clock.put_off_count,
        "is_decided": clock.is_decided,
        "is_late": is_late,
        "is_judged": later is None and as_at > clock.due_on and (is_late or clock.state != WITHDRAWN_BY_AUTHOR),
        "changed_on": clock.changed_on,
        "change_days": _change_days(clock, as_at),
    }


def _change_days(clock: CaseClock, as_at: date) -> int | None:
    if clock.decided_on is None or clock.state not in (APPROVED, CHANGED):
        return None
    return ((clock.changed_on or as_at) - clock.decided_on).days
