"""Tiers: practices add up to clusters, commissioners and the region, to the penny, whatever was restated or taken over."""

from __future__ import annotations

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, YEAR, deliver, facts, prescribe, register, state

from pbc.engines import Engine
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.results import PublishedSet, Store

JULY = Month(2009, 7)
MEASURES = ("actual_pence", "budget_pence", "variance_pence", "year_budget_pence", "forecast_outturn_pence")


def restate(store: Store, engine: Engine, version: str) -> None:
    late = pl.concat([facts(JULY, seed=5), facts(Month(2009, 5), seed=1, count=9, prefix="late-")])
    deliver(store, JULY, engine, late, version)
    prescribe(store, JULY)


@pytest.fixture(params=[False, True], ids=["as before", "merged"])
def stated(store: Store, engine: Engine, request: pytest.FixtureRequest) -> PublishedSet:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state(store, engine, Month(2009, 6))
    restate(store, engine, register(store, merged=request.param, version="2").set_id)
    return state(store, engine, JULY)


def test_every_tier_adds_up_to_the_same_penny(stated: PublishedSet) -> None:
    practices, tiers = stated.frame("budget_statements"), stated.frame("tier_statements")
    assert stated.frame("restated_months").height > 0
    line = ["period", "cut", "item"]
    below = practices.group_by(line).agg(pl.col(MEASURES).sum()).sort(line)
    for kind in ("cluster", "commissioner", "region"):
        rows = tiers.filter((pl.col("unit_kind") == kind) & ~pl.col("cut").is_in(["apart", "bill"]))
        assert rows.group_by(line).agg(pl.col(MEASURES).sum()).sort(line).equals(below)
    measured = pl.col("budget_pence").fill_null(0) + pl.col("variance_pence").fill_null(0) + pl.col("unbudgeted_pence")
    sums = tiers.filter(~pl.col("cut").is_in(["apart", "bill"]))
    assert (sums["actual_pence"] == sums.select(measured).to_series()).all()


def test_bill_is_practices_and_what_no_practice_holds(stated: PublishedSet) -> None:
    tiers = stated.frame("tier_statements").filter(pl.col("period") == "year_to_date")
    practices = stated.frame("budget_statements").filter(
        (pl.col("period") == "year_to_date") & (pl.col("cut") == "service")
    )
    lost = stated.frame("not_attributed")["cost_pence"].sum()
    terms = stated.frame("bill_adjustments")["amount_pence"].sum()
    assert (lost, terms) > (0, 0) or terms != 0
    whole = practices["actual_pence"].sum() + lost + terms
    for kind in ("commissioner", "region"):
        bills = tiers.filter((pl.col("unit_kind") == kind) & (pl.col("cut") == "bill"))
        assert bills["actual_pence"].sum() == whole


def test_practice_outside_every_cluster_is_added_up_too(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    found = register(store, version="3")
    members = found.frame("memberships").filter(pl.col("parent_code") != "ZC02")
    tables = {name: found.frame(name) for name in found.tables} | {"memberships": members}
    store.publish(
        "register",
        tables,
        found.receipt.__class__(flow="test", inputs={}, parameters={"commissioners": "ZP1", "v": "4"}),
    )
    tiers = state(store, engine, Month(2009, 6)).frame("tier_statements")
    clusters = tiers.filter((pl.col("unit_kind") == "cluster") & (pl.col("cut") == "total"))
    assert set(clusters["unit_code"]) == {"ZC01", "none"}
    assert clusters.filter(pl.col("unit_code") == "none")["practices_count"].to_list() == [2, 2]
