"""From statements to year ends: the flow on a small made-up PCT."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from tests.journeys.small_pct import (
    LAST,
    POLICY,
    YEAR,
    budgets_by_service,
    deliver,
    facts,
    finish_year,
    prices,
    publish,
    state,
)

from pbc.engines import Engine
from pbc.errors import MissingFigure
from pbc.flows.close_year import close_year
from pbc.flows.set_budgets import set_budgets
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.policy.policy import PolicyValue
from pbc.results import Store
from pbc_cli.year_end import summary


def test_year_end_shares_what_was_freed_and_nothing_else(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    with pytest.raises(MissingFigure, match="not whole"):
        close_year(store, year=YEAR, policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    freed = found.frame("freed_up_resources")
    assert (freed["retained_pence"] + freed["commissioner_pence"] == freed["freed_up_pence"]).all()
    shared = freed.filter(pl.col("is_shared"))
    assert shared["freed_up_pence"].sum() > 0
    fixed = found.frame("budget_positions")["fixed_budget_pence"].sum()
    assert shared["budget_pence"].sum() + fixed == sum(
        amount for name, amount in budgets_by_service(store.current("budgets/2009-10")).items() if name != "community"
    )
    assert found.rows("person_spread") == 4
    assert found.rows("person_pairs") == 4


def test_late_rows_after_march_count_in_the_year_end(store: Store, engine: Engine) -> None:
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    before = close_year(store, year=YEAR, policy=POLICY, engine=engine).frame("freed_up_resources")
    april, march = Month(2010, 4), Month(2010, 3)
    late = facts(march, seed=9, count=20, prefix="late-")
    publish(store, "tariff/2010-11", prices(FinancialYear(2010), 105))
    deliver(store, april, engine, late, store.current("register").set_id)
    after = close_year(store, year=YEAR, policy=POLICY, engine=engine).frame("freed_up_resources")
    assert (
        after.filter(pl.col("basis") == "price")["actual_pence"].sum()
        > before.filter(pl.col("basis") == "price")["actual_pence"].sum()
    )


def test_year_end_without_rule_or_agreement_pays_nothing_and_says_what_it_needs(store: Store, engine: Engine) -> None:
    name = "savings.retained_share"
    none = PolicyValue(name, "share", "ratio", "", "none", date(2004, 4, 1), "assumption", "no agreement")
    silent: Policy = replace(POLICY, values={**POLICY.values, name: (none,)})
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=silent, engine=engine)
    freed = found.frame("freed_up_resources")
    assert (freed["retained_pence"].sum(), set(freed["rule"])) == (0, {"no_local_agreement"})
    assert "Nothing payable: no signed agreement. It would need: a locally agreed share" in summary(found)


def test_block_contract_frees_nothing_and_moves_no_band(store: Store, engine: Engine) -> None:
    """Given casualty at ZH2 paid by block, when nobody goes there any more, then nothing more is freed or judged."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    busy = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    at_block = (pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE")
    for month in YEAR.months():
        held = store.current(f"activity/{month}").frame("activity_facts")
        deliver(store, month, engine, held.filter(~at_block), store.current("register").set_id)
    empty = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert empty.set_id != busy.set_id
    for name in ("freed_up_pence", "budget_pence", "actual_pence"):
        assert empty.frame("freed_up_resources")[name].to_list() == busy.frame("freed_up_resources")[name].to_list()
    positions = busy.frame("budget_positions")
    assert positions["fixed_budget_pence"].sum() > 0
    assert positions["fixed_budget_pence"].equals(positions["fixed_actual_pence"])
    assert positions["bill_adjustment_pence"].sum() == 0
    assert busy.frame("bill_adjustments").filter(pl.col("kind") == "block").height
    for name in ("budget_pence", "actual_pence", "budget_at_chance_pence", "label"):
        assert empty.frame("chance_bands")[name].to_list() == busy.frame("chance_bands")[name].to_list()


def test_year_end_is_final_only_when_what_settles_it_is_received(store: Store, engine: Engine) -> None:
    """Given no delivery after March, then provisional, saying which are awaited; with April to June, then final."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    assert state(store, engine, Month(2010, 3)).frame("chance_bands")["is_provisional"].all()
    early = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert early.frame("chance_bands")["is_provisional"].all()
    assert not early.frame("chance_bands").filter(pl.col("sentence").str.contains("Final")).height
    assert early.receipt.parameters["awaited"] == "2010-04, 2010-05, 2010-06"
    assert "Provisional: deliveries of 2010-04, 2010-05, 2010-06" in summary(early)
    publish(store, "tariff/2010-11", prices(FinancialYear(2010), 105))
    for number in (4, 5, 6):
        late = facts(Month(2010, 3), seed=number, count=5, prefix=f"late-{number}-")
        deliver(store, Month(2010, number), engine, late, store.current("register").set_id)
    settled = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert not settled.frame("chance_bands")["is_provisional"].any()
    assert settled.frame("chance_bands")["sentence"].str.contains("Final").all()
    assert "Final: " in summary(settled)


def test_year_without_all_of_its_prescribing_is_not_closed(store: Store, engine: Engine) -> None:
    """Given no prescribing of two months, then they are named: half a year of medicines is not a saving."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    for month in ("2009-11", "2010-03"):
        shutil.rmtree(store.path / "sets" / "prescribing" / month)
    with pytest.raises(MissingFigure, match=r"of prescribing.*none of 2009-11, 2010-03"):
        close_year(store, year=YEAR, policy=POLICY, engine=engine)


def test_second_year_end_shows_change_on_own_position(store: Store, engine: Engine) -> None:
    """Given a year closed before, then practices are judged against their own earlier position on the formula's basis."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    first = close_year(store, year=LAST, policy=POLICY, engine=engine)
    assert set(first.frame("chance_bands")["own_label"]) == {"not_shown"}
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    practices = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert "not_shown" not in practices["own_label"].to_list()
    positions = found.frame("budget_positions")
    targets = (
        store.current("budgets/2009-10")
        .frame("budget_targets")
        .filter(~pl.col("service").is_in(["total", "community"]))
    )
    assert positions["formula_budget_pence"].sum() == pytest.approx(targets["target_pence"].sum(), rel=0.1)
    assert "year-end/2008-09" in found.receipt.inputs
    assert first.frame("budget_positions")["history_weight_ratio"].unique().to_list() == [0.0]
    assert positions["history_weight_ratio"].unique().to_list() == pytest.approx([0.9], abs=0.02)


def test_own_history_reads_three_earlier_year_ends(store: Store, engine: Engine) -> None:
    """Given three years closed before, then practices are judged against all three; people's cost is pooled over two."""
    set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    first = close_year(store, year=LAST, policy=POLICY, engine=engine)
    for year in (FinancialYear(2007), FinancialYear(2006)):
        dated = {name: first.frame(name) for name in ("chance_bands", "budget_positions", "person_spread")}
        dated = {name: frame.with_columns(financial_year=pl.lit(year.slug)) for name, frame in dated.items()}
        publish(store, f"year-end/{year.slug}", dated)
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    finish_year(store, engine)
    found = close_year(store, year=YEAR, policy=POLICY, engine=engine)
    assert {f"year-end/{slug}" for slug in ("2006-07", "2007-08", "2008-09")} <= set(found.receipt.inputs)
    practices = found.frame("chance_bands").filter(pl.col("unit_kind") == "practice")
    assert practices["sentence"].str.contains("own last three years").all()


def test_year_end_reads_no_delivery_that_its_receipt_does_not_name(
    store: Store, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Given a month of each year delivered again and not yet costed, then the year end is the same, of people too."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    other = Store(tmp_path_factory.mktemp("delivered-again") / "store")
    shutil.copytree(store.path, other.path)
    for month in (Month(2008, 9), Month(2009, 9)):
        more = facts(month, seed=77, count=500, prefix="again-")
        empty = {name: store.current(f"activity/{month}").frame(name) for name in ("referrals", "rejected_rows")}
        publish(other, f"activity/{month}", {"activity_facts": more, **empty}, parameters={"again": "yes"})
        assert other.current(f"activity/{month}").set_id != store.current(f"activity/{month}").set_id
    found, again = (close_year(each, year=YEAR, policy=POLICY, engine=engine) for each in (store, other))
    assert again.set_id == found.set_id
    for table in ("person_spread", "person_pairs"):
        assert again.frame(table).equals(found.frame(table))
        assert found.rows(table) == 4


def test_people_are_compared_on_the_lines_judged_in_both_years(store: Store, engine: Engine) -> None:
    """Given a stop-loss and casualty at ZH2 paid by block, then who went there last year moves no pair; elsewhere it does."""
    name = "risk.stop_loss_applies"
    agreed = (replace(POLICY.values[name][0], value=True, status="local_agreement", source="made up"),)
    capped: Policy = replace(POLICY, values={**POLICY.values, name: agreed})
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    finish_year(store, engine)
    made = [close_year(store, year=YEAR, policy=capped, engine=engine)]
    for provider in ("ZH2", "ZH1"):
        kept = ~((pl.col("provider_code") == provider) & (pl.col("point_of_delivery") == "AE"))
        for month in LAST.months():
            held = store.current(f"activity/{month}").frame("activity_facts")
            deliver(store, month, engine, held.filter(kept), store.current("register").set_id)
        made.append(close_year(store, year=YEAR, policy=capped, engine=engine))
    whole, less_block, less_paid = (found.frame("person_pairs") for found in made)
    assert whole["before_pounds"].sum() > 0
    assert less_block.equals(whole)
    assert less_paid["before_pounds"].sum() < whole["before_pounds"].sum()
    assert less_paid["after_pounds"].equals(whole["after_pounds"])
