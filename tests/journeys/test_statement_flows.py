"""From budgets to monthly statements: the flow on a small made-up PCT."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.journeys.small_pct import (
    LAST,
    POLICY,
    YEAR,
    deliver,
    facts,
    prescribe,
    prices,
    publish,
    register,
    state,
)

from pbc.engines import Columns, Engine, Relation
from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import Cancelled
from pbc.flows.bill_contracts import bill_contracts
from pbc.flows.close_year import close_year
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.set_budgets import set_budgets
from pbc.flows.statement_inputs import gather_statement_inputs
from pbc.flows.statement_positions import find_positions, lines_to_date
from pbc.periods import Month
from pbc.results import Store


def test_statement_accounts_for_every_penny_delivered(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    found = state(store, engine, Month(2009, 6))
    cells = pl.concat([store.current(f"cells/{m}").frame("activity_cells") for m in list(YEAR.months())[:3]])
    to_date = found.frame("budget_statements").filter(pl.col("period") == "year_to_date")
    by_cut = dict(to_date.group_by("cut").agg(pl.col("actual_pence").sum()).iter_rows())
    apart = found.frame("not_attributed")["cost_pence"].sum()
    assert by_cut["provider"] == by_cut["specialty"] == cells["cost_pence"].sum() - apart
    assert by_cut["total"] == by_cut["service"] == by_cut["point_of_delivery"]
    splits = found.frame("variance_splits")
    causes = splits.select(
        pl.sum_horizontal("population_pence", "volume_pence", "case_mix_pence", "price_pence")
    ).to_series()
    assert (causes == splits["variance_pence"]).all()
    total = to_date.filter(pl.col("cut") == "total")["variance_pence"].sum()
    assert splits["variance_pence"].sum() == total
    assert found.receipt.parameters["prescribing_known_to"] == "2009-06"
    adjusted = found.frame("bill_adjustments")["amount_pence"].sum()
    block = cells.filter((pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE"))["cost_pence"].sum()
    assert adjusted + block == round(600_000 * 91 / 365)
    assert set(found.frame("chance_bands")["unit_kind"]) == {"practice", "cluster", "commissioner"}


def test_statement_tells_what_changed_and_why(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    may, june = Month(2009, 5), Month(2009, 6)
    state(store, engine, may)
    late = pl.concat([facts(june, seed=june.number), facts(may, seed=1, count=5, prefix="late-")])
    deliver(store, june, engine, late, store.current("register").set_id)
    april = Month(2009, 4)
    moved = store.current(f"activity/{april}").frame("activity_facts").with_columns(
        pl.when(pl.col("practice_code") == "Z90001").then(pl.lit("Z90002")).otherwise("practice_code").alias("practice_code")
    )  # fmt: skip
    deliver(store, april, engine, moved, register(store, version="2").set_id)
    found = state(store, engine, june).frame("restated_months")
    reasons = dict(found.group_by("month").agg(pl.col("reason").unique()).iter_rows())
    assert reasons == {200904: ["register change"], 200905: ["late rows"]}
    reported = (
        store.current("cells/2009-05").frame("activity_cells").filter(pl.col("practice_code") != "not-attributed")
    )
    key = ["practice_code", "point_of_delivery"]
    told = reported.group_by(key).agg(pl.col("activity_count").sum(), pl.col("cost_pence").sum())
    may_rows = found.filter(pl.col("month") == 200905).join(told, on=key, how="left").fill_null(0)
    assert may_rows["activity_before"].sum() == may_rows["activity_count"].sum() > 0
    assert may_rows["before_pence"].to_list() == may_rows["cost_pence"].to_list()
    by_practice = found.filter(pl.col("month") == 200904).group_by("practice_code").agg(pl.col("activity_now").sum())
    assert dict(by_practice.iter_rows())["Z90001"] == 0
    assert state(store, engine, may).frame("restated_months").is_empty()


def test_prescribing_that_comes_late_is_compared_as_far_as_known(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    july = Month(2009, 7)
    deliver(store, july, engine, facts(july, seed=3), store.current("register").set_id)
    found = state(store, engine, july)
    assert found.receipt.parameters["prescribing_known_to"] == "2009-06"
    medicines = found.frame("budget_statements").filter(pl.col("item") == "prescribing")
    assert medicines["period"].unique().to_list() == ["year_to_date"]
    assert (medicines["variance_pence"] == medicines["actual_pence"] - medicines["budget_pence"]).all()
    assert found.frame("restated_months").is_empty()


def test_merged_practice_hands_its_budget_on_from_the_day(store: Store, engine: Engine) -> None:
    july = Month(2009, 7)
    version = register(store, merged=True, version="2").set_id
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    year_budgets = (
        store.current("budgets/2009-10")
        .frame("budget_lines")
        .group_by("practice_code")
        .agg(pl.col("amount_pence").sum())
    )
    set_for = dict(year_budgets.iter_rows())
    carried = facts(july, seed=5).with_columns(pl.col("practice_code").replace({"Z90001": "Z90002"}))
    deliver(store, july, engine, carried, version)
    prescribe(store, july)
    total = state(store, engine, july).frame("budget_statements").filter(
        (pl.col("cut") == "total") & (pl.col("period") == "year_to_date")
    )  # fmt: skip
    now = dict(total.select("practice_code", "year_budget_pence").iter_rows())
    assert now["Z90001"] + now["Z90002"] == set_for["Z90001"] + set_for["Z90002"]
    assert 0 < now["Z90001"] < set_for["Z90001"] / 3
    bands = store.current("statement/2009-07").frame("chance_bands")
    assert "Z90001" not in bands["unit_code"].to_list()


def test_cancelled_statement_publishes_nothing(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    steps: list[str] = []

    def tell(message: str, done: float) -> None:
        steps.append(f"{done:.2f} {message}")

    with pytest.raises(Cancelled):
        state(store, engine, Month(2009, 6), journey=Journey(tell, lambda: len(steps) > 2))
    assert len(steps) == 3
    assert store.find("statement/2009-06") is None


def test_statement_measures_luck_on_the_last_two_year_ends(store: Store, engine: Engine) -> None:
    """Given two years closed, the older with dearer and rarer people, then the statement's cheque is that of both."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    spread = close_year(store, year=LAST, policy=POLICY, engine=engine).frame("person_spread")
    many = ("persons_count", "person_years", "exposure_squared_years")
    enough = spread.with_columns(
        *[(pl.col(name) * 1_000).cast(spread.schema[name]) for name in many],
        pl.col("cost_pounds", "cost_exposure_pounds", "event_cost_pounds") * 1_000,
        pl.col("cost_squared_pounds", "event_cost_squared_pounds") * 1_000,
    )
    older = enough.with_columns(pl.col("cost_squared_pounds") * 9, financial_year=pl.lit("2007-08"))
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    publish(store, "year-end/2008-09", {"person_spread": enough}, parameters={"v": "2"})
    one = state(store, engine, Month(2009, 6))
    publish(store, "year-end/2007-08", {"person_spread": older})
    both = state(store, engine, Month(2009, 6))
    assert both.receipt.inputs.keys() - one.receipt.inputs.keys() == {"year-end/2007-08"}
    cheques = [found.frame("chance_bands").filter(pl.col("unit_kind") == "commissioner") for found in (one, both)]
    assert [found["cheque_source"].item() for found in cheques] == ["estimated"] * 2
    assert cheques[1]["cheque_pounds"].item() > 2 * cheques[0]["cheque_pounds"].item()


def test_share_of_the_year_is_that_of_lines_paid_by_activity(store: Store, engine: Engine) -> None:
    """Given community care shared out by head all in April, then the share of the year gone by does not hear of it."""
    budgets = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    given = gather_statement_inputs(store, month=Month(2009, 6), engine=engine)
    assert budgets.rows("budget_profiles")
    apart = pl.col("payment_form") == "apportioned"
    at_once = pl.when(apart & (pl.col("month") == 200904)).then(10**9).otherwise("budget_pence").alias("budget_pence")
    changed = replace(given, profiles=given.profiles.with_columns(at_once))
    shares = []
    for each in (given, changed):
        lines = lines_to_date(each)
        adjustments = bill_contracts(each, policy=POLICY).adjustments
        found = find_positions(each, lines=lines, adjustments=adjustments, policy=POLICY, is_restated=True)
        shares.append(found["year_share"].to_list())
    assert shares[0] == shares[1]
    assert all(0.2 < share < 0.3 for share in shares[0])


def test_statement_names_price_changes_restated_and_withdrawn_deliveries(store: Store, engine: Engine) -> None:
    """Given a dearer tariff for April and a delivery of May sent again, then both are restated for their own reason."""
    set_budgets(store, year=YEAR, basis="blend", policy=POLICY, engine=engine)
    april, may, june = (Month(2009, number) for number in (4, 5, 6))
    state(store, engine, may)
    publish(store, "tariff/2009-10", prices(YEAR, 110), parameters={"v": "2"})
    cost_delivery(store, month=april, engine=engine, policy=POLICY)
    deliver(store, may, engine, facts(may, seed=77, count=40), store.current("register").set_id)
    found = state(store, engine, june)
    reasons = found.frame("restated_months").group_by("month").agg(pl.col("reason").unique())
    assert dict(reasons.iter_rows()) == {200904: ["price change"], 200905: ["restated delivery"]}
    dearer = found.frame("variance_splits").filter(pl.col("price_pence") > 0)
    assert dearer.height  # April was planned at the tariff the budget was set with
    positions = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert positions.height == 4


def test_store_without_prescribing_still_budgets_and_states(store: Store, engine: Engine) -> None:
    shutil.rmtree(store.path / "sets" / "prescribing")
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    state(store, engine, Month(2009, 5))
    found = state(store, engine, Month(2009, 6))
    assert found.receipt.parameters["prescribing_known_to"] == "none"
    line = found.frame("budget_statements").filter(
        (pl.col("item") == "prescribing") & (pl.col("period") == "year_to_date")
    )
    assert (line["variance_pence"] == 0).all()


class Interrupted(DuckDBEngine):
    """An engine beside which somebody publishes as soon as it first reads."""

    meanwhile: Callable[[], object] | None = None

    def scan(self, files: Sequence[Path], columns: Columns) -> Relation:
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return super().scan(files, columns)


def test_statement_cites_the_sets_it_read_though_others_publish_meanwhile(store: Store, engine: Engine) -> None:
    """Given prices replaced once they are read, and last month's statement once it was compared, then it cites the former."""
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    before = state(store, engine, Month(2009, 5))
    names = ("tariff/2008-09", "tariff/2009-10", "statement/2009-05")
    then = {name: store.current(name).set_id for name in names}

    def replace_prices() -> None:
        for year in (LAST, YEAR):
            publish(store, f"tariff/{year.slug}", prices(year, 150), parameters={"v": "2"})

    def replace_statement(message: str, done: float) -> None:
        if message == "Publishing the statement":
            changed = {"restated_months": before.frame("restated_months")}
            publish(store, "statement/2009-05", changed, parameters={"v": "2"})

    with Interrupted() as interrupted:
        interrupted.meanwhile = replace_prices
        found = state(store, interrupted, Month(2009, 6), journey=Journey(progress=replace_statement))
    assert all(store.current(name).set_id != set_id for name, set_id in then.items())
    assert {name: found.receipt.inputs[name] for name in names} == then
