"""A committee's calendar against the eight weeks: for every day of submission the last meeting in time, or that there is none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pbc.methods.business_cases import list_submission_stretches
from pbc.policy import Policy
from pbc.reports.decision_calendar import CalendarMaterial
from pbc.sources.published.business_cases import read_decision_meetings
from pbc.sources.published.typed import TypedRows, read_typed

TYPED = "meetings that decide business cases"
RULES = ("decision_limit_days", "without_meeting")


def set_calendar(meetings: TypedRows | Path, *, starts_on: date, ends_on: date, policy: Policy) -> CalendarMaterial:
    """This returns DECISION_CALENDAR for the days of submission from `starts_on` to `ends_on`, with the rule values of the first.

    `meetings` is a file of DECISION_MEETINGS or rows of the same columns; a row that cannot be used is refused by its number.
    """
    given = meetings if isinstance(meetings, Path) else read_typed(meetings, layout="decision_meetings", name=TYPED)
    read = read_decision_meetings(given)
    values = tuple(policy.value(f"business_cases.{name}", on=starts_on) for name in RULES)
    return CalendarMaterial(
        calendar=list_submission_stretches(read.rows, starts_on=starts_on, ends_on=ends_on, policy=policy),
        starts_on=starts_on, values=values, otherwise=str(values[-1].value), file_name=read.file_name, fingerprint=read.fingerprint,
        is_made_up=all(code.startswith("Z") for code in read.rows["commissioner_code"]),  # made-up codes alone
        limit=timedelta(days=int(str(values[0].value))),
    )  # fmt: skip
