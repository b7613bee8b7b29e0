"""The calendar of a committee: the last meeting at which a case can be decided in time, and the days for which there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.business_cases.rules import find_due_date
from pbc.policy import Policy
from pbc.tables import DECISION_CALENDAR

POSSIBLE, IMPOSSIBLE, NOT_KNOWN = "possible", "impossible", "not_known"
LONGEST_CALENDAR_DAYS = 3_660
_Meeting = tuple[date, date]  # the day it meets, and its paper deadline


@dataclass(frozen=True)
class MeetingFound:
    """The last meeting that can decide a case in time, or that there is none, and what is done then.

    `answer` is possible, impossible, or not_known where the eight weeks run past the last meeting listed.
    """

    submitted_on: date
    due_on: date
    answer: str
    meets_on: date | None
    papers_due_on: date | None
    otherwise: str


def find_last_meeting(meetings: pl.DataFrame, *, submitted_on: date, policy: Policy) -> MeetingFound:
    """This returns the last meeting inside the clock of a case submitted on a day, and its paper deadline.

    `meetings` are DECISION_MEETINGS of one commissioner. A meeting can decide the case if the case is there by the paper
    deadline and the meeting is on or before the due date. Without one the regime says who decides (`otherwise`). Source:
    decision methods/0252.

    >>> from pbc.policy import load_policy
    >>> from pbc.tables import DECISION_MEETINGS
    >>> rows = [{"commissioner_code": "ZC1", "meets_on": date(2009, 7, 9), "papers_due_on": date(2009, 6, 25)}]
    >>> policy, meetings = load_policy("england-2005"), DECISION_MEETINGS.from_rows(rows)
    >>> [find_last_meeting(meetings, submitted_on=day, policy=policy).answer for day in (date(2009, 6, 1), date(2009, 5, 1))]
    ['possible', 'impossible']
    """
    if meetings["commissioner_code"].n_unique() > 1:
        raise RefusedInput("These are meetings of several commissioners.", expected="those of one commissioner")
    return _found(_listed(meetings), submitted_on, policy)


def _listed(meetings: pl.DataFrame) -> list[_Meeting]:
    return sorted(meetings.select("meets_on", "papers_due_on").iter_rows())


def _found(meetings: list[_Meeting], submitted_on: date, policy: Policy) -> MeetingFound:
    due_on = find_due_date(submitted_on, policy=policy)
    inside = [(meets, papers) for meets, papers in meetings if submitted_on <= papers and meets <= due_on]
    otherwise = policy.text("business_cases.without_meeting", on=submitted_on)
    if inside:
        return MeetingFound(submitted_on, due_on, POSSIBLE, *inside[-1], otherwise)
    is_listed = bool(meetings) and due_on <= meetings[-1][0]
    return MeetingFound(submitted_on, due_on, IMPOSSIBLE if is_listed else NOT_KNOWN, None, None, otherwise)


def list_submission_stretches(
    meetings: pl.DataFrame, *, starts_on: date, ends_on: date, policy: Policy
) -> pl.DataFrame:
    """This returns DECISION_CALENDAR: for each commissioner every day of submission from `starts_on` to `ends_on`, as stretches
    of days with one answer, so that one whose calendar makes eight weeks impossible can be warned.

    Refused: days that run backwards, or more than ten years of them. Source: decision methods/0252.
    """
    days = (ends_on - starts_on).days + 1
    if not 0 < days <= LONGEST_CALENDAR_DAYS:
        raise RefusedInput(
            "This is not a stretch of days.",
            found=f"{starts_on} to {ends_on}",
            expected="a first day, and a last one within ten years",
        )
    rows = [
        row
        for (commissioner,), own in meetings.group_by("commissioner_code", maintain_order=True)
        for row in _stretches(str(commissioner), _listed(own), starts_on, days, policy)
    ]
    return DECISION_CALENDAR.from_rows(rows).sort(DECISION_CALENDAR.key)


def _stretches(
    commissioner: str, meetings: list[_Meeting], starts_on: date, days: int, policy: Policy
) -> Iterator[dict[str, object]]:
    found = (_found(meetings, starts_on + timedelta(days=at), policy) for at in range(days))
    for (answer, meets_on, papers_due_on), stretch in groupby(
        found, lambda each: (each.answer, each.meets_on, each.papers_due_on)
    ):
        told = list(stretch)
        yield {
            "commissioner_code": commissioner,
            "first_submitted_on": told[0].submitted_on,
            "last_submitted_on": told[-1].submitted_on,
            "days_count": len(told),
            "answer": answer,
            "meets_on": meets_on,
            "papers_due_on": papers_due_on,
        }
