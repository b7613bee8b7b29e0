"""The main job of the demonstration, year by year: budgets, statements month by month, the year closed in its positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from pbc.engines import Engine
from pbc.flows.close_year import close_year
from pbc.flows.draft_budgets import adopt_budgets, draft_budgets
from pbc.flows.journey import Journey
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.flows.year_end_positions import position_name
from pbc.methods.savings import POSITIONS
from pbc.money import pounds
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store
from pbc_cli.set_budgets import summary as budgets_summary
from pbc_cli.year_end import summary as year_end_summary

STATED, CLOSED = 14, 18  # days after a month's end: it is stated, the year is closed
DRAFTED, ADOPTED = -23, -1  # from the end of April: before a month of the year is stated
DRAFT = "Fair shares"  # the draft that the practices of the demonstration's pages agree


def dated(way: Journey, month: Month, *, days: int) -> Journey:
    """This returns the journey with the made-up world's own time: so many days after the month ended."""
    return replace(way, made_at=f"{month.end + timedelta(days=days)}T09:00:00Z")


def run_the_loop(
    store: Store, years: list[FinancialYear], *, policy: Policy, engine: Engine, way: Journey,
    after_statement: Callable[[Month], None],
) -> list[str]:  # fmt: skip
    """This returns what the main job found: budgets, statements month by month, two year ends.

    `after_statement` is done each time a month has been stated, with whatever became known only then.
    """
    told = []
    for position, year in enumerate(years[1:]):
        part = way.part(position / 2, (position + 1) / 2)
        set_on = dated(part, Month.of(year.start), days=DRAFTED)
        set_year = agree_budgets if position else set_by_past
        told.append(budgets_summary(set_year(store, year=year, policy=policy, engine=engine, journey=set_on)))
        for month in year.months():
            now = dated(part, month, days=STATED)
            stated = state_month(store, month=month, policy=policy, engine=engine, journey=now, missing="leave_out")
            after_statement(month)
        positions = POSITIONS if year != years[-1] else POSITIONS[:1]  # of the last year nothing late has come yet
        for months, each in zip(months_after(year, policy), positions, strict=False):
            ends = dated(part, month.plus(months), days=CLOSED)
            closed = close_year(store, year=year, policy=policy, engine=engine, journey=ends, position=each)
        told.append(positions_told(store, year, positions))
    told += [position_summary(stated), year_end_summary(closed)]
    return told


def months_after(year: FinancialYear, policy: Policy) -> tuple[int, int, int]:
    """This returns how many months after a year the deliveries come that each of its positions counts."""
    frozen, final = (policy.whole(f"statements.{name}_months", on=year.start) for name in ("freeze", "reconciliation"))
    return 0, frozen, final


def positions_told(store: Store, year: FinancialYear, positions: Sequence[str]) -> str:
    """This returns what a year's closing let practices keep in each of its positions, and how its risk pools ended."""
    kept = []
    for position in positions:
        freed = store.current(position_name(year, position)).frame("freed_up_resources").filter("is_shared")
        kept.append(f"{position.replace('_', ' ')} {pounds(int(freed['retained_pence'].sum()))}")
    movements = store.current(f"year-end/{year.slug}").frame("pool_movements").sort("sequence")
    left = movements.group_by("commissioner_code").agg(pl.col("balance_pence").last())["balance_pence"].sum()
    return f"{year} is closed; practices keep: {', '.join(kept)}. Its risk pools end with {pounds(int(left))}."


def set_by_past(
    store: Store, *, year: FinancialYear, policy: Policy, engine: Engine, journey: Journey
) -> PublishedSet:  # fmt: skip
    """This returns a year's budgets set by past activity, as those of the year before were."""
    return set_budgets(store, year=year, basis="historic", policy=policy, engine=engine, journey=journey)


def agree_budgets(
    store: Store, *, year: FinancialYear, policy: Policy, engine: Engine, journey: Journey
) -> PublishedSet:  # fmt: skip
    """This returns a year's budgets drafted by fair shares and adopted before a month of it is stated.

    The pages of the demonstration make the same draft and take the same decision, which then are these, byte for byte.
    """
    draft = draft_budgets(
        store, year=year, name=DRAFT, basis="fair_shares", policy=policy, engine=engine, journey=journey
    )
    commissioner = store.current("register").receipt.parameters["commissioners"].split()[0]
    decision = f"{commissioner}/{year.slug}/1"
    adopted_on = dated(journey, Month.of(year.start), days=ADOPTED)
    return adopt_budgets(store, year=year, draft_set_id=draft.set_id, decision=decision, journey=adopted_on)


def position_summary(stated: PublishedSet) -> str:
    """This returns where everybody stands at the month reached, in a sentence or two."""
    totals = stated.frame("budget_statements").filter((pl.col("cut") == "total") & (pl.col("period") == "year_to_date"))
    actual, budget = int(totals["actual_pence"].sum()), int(totals["budget_pence"].fill_null(0).sum())
    lost = stated.frame("not_attributed")
    over = totals.filter(pl.col("variance_pence") > 0).height
    return (
        f"{stated.name}: {totals.height} practices spent {pounds(actual)} against {pounds(budget)}; {over} are over "
        f"budget.\n{pounds(int(lost['cost_pence'].sum()))} in {int(lost['activity_count'].sum()):,} contacts belongs to "
        "no practice's list and stands apart, never spread."
    )
