"""From facts to budgets: the flow on a small made-up PCT."""

from __future__ import annotations

import polars as pl
import pytest
from tests.journeys.small_pct import (
    LAST,
    POLICY,
    RESOURCES,
    YEAR,
    budgets_by_service,
    deliver,
    facts,
    need,
    prices,
    publish,
)

from pbc.engines import Engine
from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.cost_delivery import cost_delivery
from pbc.flows.journey import Journey
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.flows.trace import Archive, Found
from pbc.flows.trace_budget import trace_line
from pbc.periods import Month
from pbc.results import Figure, Store, figure_id
from pbc.tables import ALL
from pbc_cli.set_budgets import summary


@pytest.mark.parametrize("basis", ["historic", "fair_shares", "blend"])
def test_budgets_hand_out_the_resource_after_the_risk_pool_to_the_penny(
    store: Store, engine: Engine, basis: str
) -> None:
    found = set_budgets(store, year=YEAR, basis=basis, policy=POLICY, engine=engine)
    hospital = {"planned_care", "emergency_care", "outpatients", "accident_and_emergency"}
    pool = {name: (amount * 3 + 50) // 100 if name in hospital else 0 for name, amount in RESOURCES.items()}
    assert budgets_by_service(found) == {name: amount - pool[name] for name, amount in RESOURCES.items()}
    profiled = found.frame("budget_profiles").group_by("service").agg(pl.col("budget_pence").sum())
    assert dict(profiled.iter_rows()) == budgets_by_service(found)
    total = found.frame("budget_targets").filter(pl.col("service") == "total")
    assert total["budget_pence"].sum() == total["target_pence"].sum() == sum(budgets_by_service(found).values())
    assert found.receipt.is_made_up
    assert found.receipt.parameters["past"] == "2008-04 to 2009-03"
    assert {"register", "need/2009-10", "tariff/2009-10", "activity/2008-04", "cells/2009-03"} <= set(
        found.receipt.inputs
    )


def test_need_step_is_explained_by_fair_share_lists_and_the_money_shared(store: Store, engine: Engine) -> None:
    """The number, what is weighed and what is shared: each with an id that leads on."""
    found = set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    lines = found.frame("budget_lines").filter((pl.col("step") == "need") & (pl.col("service") == "emergency_care"))
    row = lines.sort("practice_code").row(0, named=True)
    figure = Figure.parse(figure_id(found.name, found.set_id, "budget_lines", row, "amount_pence"))
    archive, column = Archive(store), ALL["budget_lines"].column("amount_pence")
    told = trace_line(Found(archive, found, figure, row, column))
    led = [Figure.parse(part.figure_id) for part in told.parts if part.figure_id]
    assert {each.table for each in led} == {
        "budget_lines",
        "budget_targets",
        "weighted_lists",
        "commissioner_resources",
    }
    assert all(archive.row(store.at(each.set_name, each.set_id), each.table, each.key) is not None for each in led)
    shared = [part for part in told.parts if "commissioner_resources" in part.figure_id]
    assert [part.amount for part in shared] == [RESOURCES["emergency_care"]]


def test_summary_of_historic_budgets_speaks_of_need_only_where_there_is_no_past(store: Store, engine: Engine) -> None:
    told = {basis: summary(set_budgets(store, year=YEAR, basis=basis, policy=POLICY, engine=engine))
            for basis in ("historic", "fair_shares")}  # fmt: skip
    assert "services without a past, by need £" in told["historic"]
    assert ", need £" in told["fair_shares"]
    assert ", need £" not in told["historic"]


def test_past_is_repriced_at_the_prices_of_the_year(store: Store, engine: Engine) -> None:
    """Given prices 4% higher, then past activity enters the budget 4% above what it was paid at."""
    lines = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine).frame("budget_lines")
    opened = lines.filter((pl.col("step") == "historic") & (pl.col("service") == "emergency_care"))[
        "amount_pence"
    ].sum()
    paid = sum(
        store.current(f"cells/{month}").frame("activity_cells")
        .filter((pl.col("point_of_delivery") == "NEL") & (pl.col("practice_code") != "not-attributed"))["cost_pence"].sum()
        for month in LAST.months()
    )  # fmt: skip
    assert opened / paid == pytest.approx(1.04, abs=1e-3)


def test_same_work_is_the_same_set_and_a_later_delivery_does_not_change_it(store: Store, engine: Engine) -> None:
    first = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    deliver(store, Month(2009, 7), engine, facts(Month(2009, 7), seed=7), store.current("register").set_id)
    again = set_budgets(
        store, year=YEAR, basis="historic", policy=POLICY, engine=engine, journey=Journey(made_at="later")
    )
    assert again.set_id == first.set_id


def test_budget_without_twelve_months_of_past_is_by_need_or_refused(store: Store, engine: Engine) -> None:
    with pytest.raises(MissingFigure, match="twelve months before"):
        set_budgets(store, year=LAST, basis="historic", policy=POLICY, engine=engine)
    with pytest.raises(RefusedInput, match="no such basis"):
        set_budgets(store, year=LAST, basis="guess", policy=POLICY, engine=engine)
    found = set_budgets(store, year=LAST, basis="fair_shares", policy=POLICY, engine=engine)
    assert set(found.frame("budget_lines")["step"]) == {"need", "risk_pool"}
    statement = state_month(store, month=Month(2008, 9), policy=POLICY, engine=engine).frame("variance_splits")
    assert "planned_care" in statement["point_of_delivery"].to_list()


def test_adjustment_is_a_line_with_its_reason_and_changes_the_set(store: Store, engine: Engine) -> None:
    plain = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    agreed = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "service": ["outpatients"] * 2, "amount_pence": [500, -500],
                           "reason": ["care home opened", "gives way"]})  # fmt: skip
    found = set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine, adjustments=agreed)
    lines = found.frame("budget_lines").filter(pl.col("step") == "adjustment")
    assert lines.select("amount_pence", "reason").rows() == [(500, "care home opened"), (-500, "gives way")]
    assert found.set_id != plain.set_id


def test_change_of_grouping_keeps_old_prices_in_the_budget_and_hides_last_year(store: Store, engine: Engine) -> None:
    new = {**prices(YEAR, 104, grouper="another"), "contract_forms": prices(YEAR, 104)["contract_forms"]}
    publish(store, "tariff/2009-10", new, parameters={"v": "2"})
    for month in list(YEAR.months())[:3]:
        cost_delivery(store, month=month, engine=engine, policy=POLICY)
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    found = state_month(store, month=Month(2009, 6), policy=POLICY, engine=engine).frame("budget_statements")
    hospital = found.filter((pl.col("cut") == "point_of_delivery") & ~pl.col("item").is_in(["RX", "COM"]))
    assert hospital["previous_year_pence"].null_count() == hospital.height
    assert found.filter(pl.col("item") == "RX")["previous_year_pence"].null_count() == 0


def test_year_without_resources_is_refused_by_name(store: Store, engine: Engine) -> None:
    none = {**need(YEAR), "commissioner_resources": ALL["commissioner_resources"].empty()}
    publish(store, "need/2009-10", none, parameters={"v": "2"})
    with pytest.raises(MissingFigure, match="No resources of 2009/10"):
        set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
