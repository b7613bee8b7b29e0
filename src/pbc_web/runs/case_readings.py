"""What pages of proposals ask the engine at once: due date, clock, stop, route and meeting, by the rules of the site."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import polars as pl

from pbc.flows.business_cases import (
    CaseClock,
    CaseEvent,
    CaseRoute,
    MeetingFound,
    find_clock_rules,
    find_due_date,
    find_last_meeting,
    find_route,
    list_stop_faults,
    measure_clock,
)
from pbc.flows.decision_calendar import set_calendar
from pbc.reports.decision_calendar import CalendarMaterial
from pbc_web.runs.reading import site_policy

__all__ = [
    "CaseClock",
    "CaseEvent",
    "CaseRoute",
    "MeetingFound",
    "calendar_of",
    "clock_of",
    "due_on_of",
    "keeps_first_date",
    "last_meeting_of",
    "markets_known",
    "risks_known",
    "route_of",
    "stop_faults_of",
]  # fmt: skip


def due_on_of(submitted_on: date) -> date:
    """This returns the last day for a decision on what was submitted on a day."""
    return find_due_date(submitted_on, policy=site_policy())


def clock_of(events: Sequence[CaseEvent], *, as_at: date) -> CaseClock:
    """This returns a proposal's clock as at a day, from its events told whole, those of its earlier codes first."""
    return measure_clock(events, as_at=as_at, rules=find_clock_rules(site_policy(), on=events[0].happened_on))


def stop_faults_of(events: Sequence[CaseEvent], *, on: date, missing_item: str) -> tuple[str, ...]:
    """This returns why a proposal's clock may not be stopped on a day, a sentence each; none where it may."""
    rules = find_clock_rules(site_policy(), on=events[0].happened_on)
    clock = measure_clock(events, as_at=on, rules=rules)
    return list_stop_faults(clock, on=on, missing_item=missing_item, rules=rules)


def route_of(yearly_pence: int, *, risks: Collection[str], is_once: bool, on: date) -> CaseRoute:
    """This returns the route of a proposal submitted on a day, by the most it moves in a year and by its risks."""
    return find_route(yearly_pence, risks=risks, is_once=is_once, policy=site_policy(), on=on)


def last_meeting_of(meetings: pl.DataFrame, *, submitted_on: date) -> MeetingFound:
    """This returns the last meeting at which what is submitted on a day can be decided in time, of one commissioner's meetings
    with their paper days, columns `meets_on` and `papers_due_on`; or that there is none."""
    return find_last_meeting(meetings, submitted_on=submitted_on, policy=site_policy())


def calendar_of(meetings: pl.DataFrame, *, starts_on: date, ends_on: date) -> CalendarMaterial:
    """This returns for every day of submission of some days the last meeting in time, of one commissioner's meetings, of which
    there is at least one; with the rule values it rests on."""
    rows = [{name: str(value) for name, value in row.items()} for row in meetings.iter_rows(named=True)]
    return set_calendar(rows, starts_on=starts_on, ends_on=ends_on, policy=site_policy())


def risks_known(on: date) -> tuple[str, ...]:
    """This returns the risks that decide a route on a day, as the rules name them."""
    return tuple(site_policy().value("business_cases.risks_full", on=on).choices)


def markets_known(on: date) -> tuple[str, ...]:
    """This returns the ways to market there are on a day once something is approved."""
    return tuple(site_policy().value("business_cases.procurement_routes", on=on).value)


def quick_win_of(on: date) -> tuple[int, bool]:
    """This returns within how many days of an approval on a day a quick win is done, and whether that is assumed."""
    value = site_policy().value("business_cases.quick_win_within_days", on=on)
    return int(value.value), value.is_assumed


def keeps_first_date(on: date) -> bool:
    """This returns whether what comes back on a day keeps the day it was first submitted even after a decision."""
    return find_clock_rules(site_policy(), on=on).keeps_first_date_after_decision
