"""How long a commissioner's decisions take, from the events of its cases, with shares by leg; kept with a receipt where asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from pbc.flows.gather_statement import with_ids
from pbc.flows.journey import Journey
from pbc.methods.business_cases import measure_decision_shares, measure_decision_times
from pbc.policy import Policy, PolicyValue
from pbc.reports.decision_times import DecisionMaterial
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.published.business_cases import read_case_events
from pbc.sources.published.reading import Published
from pbc.sources.published.typed import TypedRows, read_typed
from pbc.tables import CASE_EVENTS

KEPT = "decision-times"
TYPED = "events of business cases"
RULES = ("decision_limit_days", "stop_before_days", "stops_count", "first_date_kept")


def time_decisions(events: TypedRows | Path, *, as_at: date, policy: Policy) -> DecisionMaterial:
    """This returns DECISION_TIMES and DECISION_SHARES as at a day, from a file of CASE_EVENTS or rows of the same columns.

    A row that cannot be true refuses the whole, by its number: left out it would make its case late, or quick, without a sign.
    Events after the day are counted and not used. `pbc check` lists every fault of a file.
    """
    return _timed(_read(events), as_at, policy)


def keep_decision_times(
    store: Store, events: TypedRows | Path, *, as_at: date, policy: Policy, journey: Journey | None = None
) -> PublishedSet:
    """This returns the set `decision-times/<day>`: the events, each case's times, and the shares, every figure explained."""
    journey = journey or Journey()
    journey.step("Reading the events", 0.0)
    read = _read(events)
    journey.step("Measuring the times to a decision", 0.3)
    told = _timed(read, as_at, policy)
    receipt = Receipt(
        flow="keep_decision_times", inputs={read.file_name: read.fingerprint}, parameters={"as_at": as_at.isoformat()},
        regime=policy.regime, policy=policy.fingerprint, is_made_up=told.is_made_up, made_at=journey.made_at,
    )  # fmt: skip
    tables = {"case_events": read.rows, "decision_times": told.times, "decision_shares": told.shares}
    journey.step("Publishing with its receipt", 0.9)
    return store.publish(f"{KEPT}/{as_at}", tables, receipt)


def show_decision_times(kept: PublishedSet, told: DecisionMaterial) -> DecisionMaterial:
    """This returns the same times and shares as they were kept, each row with its figure id."""
    times, shares = (with_ids(kept, table) for table in ("decision_times", "decision_shares"))
    return replace(told, times=times, shares=shares, kept_as=f"{kept.name} ({kept.set_id})")


def _read(events: TypedRows | Path) -> Published:
    return read_case_events(
        events if isinstance(events, Path) else read_typed(events, layout="case_events", name=TYPED)
    )


def _timed(read: Published, as_at: date, policy: Policy) -> DecisionMaterial:
    events = CASE_EVENTS.conform(read.rows)
    times = measure_decision_times(events, as_at=as_at, policy=policy)
    return DecisionMaterial(
        as_at=as_at, times=times, shares=measure_decision_shares(times), values=tuple(_values(times, policy)),
        file_name=read.file_name, fingerprint=read.fingerprint,
        later_events_count=events.filter(pl.col("happened_on") > as_at).height,
        is_made_up=all(code.startswith("Z") for code in events["commissioner_code"]),  # made-up codes alone
    )  # fmt: skip


def _values(times: pl.DataFrame, policy: Policy) -> Iterator[PolicyValue]:
    """The rule values in force on the days of submission, each once."""
    days = times["submitted_on"].unique().sort()
    for name in RULES:
        found = (policy.value(f"business_cases.{name}", on=day) for day in days)
        yield from {value.starts_on: value for value in found}.values()
