"""From a figure down to its parts and records: each step adds up to the penny, and nobody sees another practice's."""

from __future__ import annotations

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, PRACTICES, YEAR, deliver, facts, prescribe, register, state

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.drill import Cell, narrow
from pbc.flows.explain import explain
from pbc.flows.records_behind import RecordsReader, records_behind
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.reports import for_purpose
from pbc.reports.drill import DrillView
from pbc.results import Figure, PublishedSet, Store

JULY = Month(2009, 7)


@pytest.fixture
def stated(store: Store, engine: Engine) -> PublishedSet:
    """July, with one practice taken over from July on, late rows, and a few contacts of a restricted kind."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    version = register(store, merged=True, version="2").set_id
    july = facts(JULY, seed=5).with_columns(
        is_restricted=pl.col("record_number").str.contains("[2357]$"),
        person_id=pl.when(~pl.col("record_number").str.contains("[2357]$")).then("person_id"),
    )
    deliver(store, JULY, engine, pl.concat([july, facts(Month(2009, 5), seed=1, count=9, prefix="late-")]), version)
    prescribe(store, JULY)
    return state(store, engine, JULY)


def hospital_rows(stated: PublishedSet) -> pl.DataFrame:
    rows = stated.frame("budget_statements").filter(pl.col("activity_count").is_not_null())
    cuts = pl.col("cut").is_in(["point_of_delivery", "provider", "specialty", "service"])
    return rows.filter(cuts & ~pl.col("item").is_in(["RX", "prescribing"]))


def test_records_behind_a_figure_come_to_it_exactly(store: Store, stated: PublishedSet) -> None:
    reader = RecordsReader(store)
    for row in hospital_rows(stated).iter_rows(named=True):
        key = tuple(str(row[name]) for name in ("statement_month", "practice_code", "period", "cut", "item"))
        figure = str(Figure(stated.name, stated.set_id, "budget_statements", key, "actual_pence"))
        found = reader.behind(figure, practice_code=row["practice_code"], limit=500)
        assert found.cost_pence == row["actual_pence"], figure
        assert found.records_count + found.restricted_count == row["activity_count"]
        assert found.records["cost_pence"].sum() + found.restricted_pence == found.cost_pence
        steps = found.records.select(
            pl.sum_horizontal(pl.col("^(base|short_stay|excess_days|top_up|market_forces)_pence$"))
        ).to_series()
        assert (steps == found.records["cost_pence"]).all()
        if row["item"] == "pooled":
            assert (found.records_count, found.restricted_count > 0) == (0, True)


def test_pages_of_records_follow_each_other_without_a_gap(store: Store, stated: PublishedSet) -> None:
    reader, cell = RecordsReader(store), Cell("Z90003", JULY)
    whole = reader.of_cell(cell, limit=500)
    pages = [reader.of_cell(cell, limit=7, offset=at).records for at in range(0, whole.records_count, 7)]
    assert pl.concat(pages).equals(whole.records)
    assert whole.records["person_id"].null_count() == 0
    assert "pooled" not in whole.records["hrg_code"].to_list()
    assert whole.restricted_count > 0


def test_each_step_down_adds_up(store: Store, stated: PublishedSet) -> None:
    reader = RecordsReader(store)

    def walk(cell: Cell, view: DrillView, depth: int) -> int:
        for table in view.tables:
            assert sum(table.costs_pence) == view.cost_pence
            assert sum(table.activity_counts) == view.activity_count
            assert len(table.codes) == len(table.table.rows)
        seen = 1
        for table in view.tables[:2] if depth else ():
            below = narrow(cell, by=table.by, code=table.codes[0])
            found = reader.drill(below)
            assert found.cost_pence == (table.costs_pence[0])
            assert reader.of_cell(below).cost_pence == found.cost_pence
            seen += walk(below, found, depth - 1)
        return seen

    top = Cell("Z90001", Month(2009, 7), service="outpatients")
    assert walk(top, reader.drill(top), 3) > 4
    assert reader.drill(top).title == "Outpatients, April 2009 to July 2009"
    month = Cell("Z90003", JULY, period="month")
    total = hospital_rows(stated).filter(practice_code="Z90003", cut="provider", period="month")
    assert reader.drill(month).cost_pence == total["actual_pence"].sum()
    assert [table.by for table in reader.drill(month).tables] == ["point_of_delivery", "specialty", "provider"]


def test_records_of_another_practice_and_figures_without_records_are_refused(
    store: Store, stated: PublishedSet
) -> None:
    base = f"{stated.name}@{stated.set_id}:budget_statements:200907~Z90003~year_to_date"
    with pytest.raises(RefusedInput, match="another practice's"):
        records_behind(store, f"{base}~provider~ZH1:actual_pence", practice_code="Z90004")
    for figure in (f"{base}~service~prescribing:actual_pence", f"{base}~service~community:budget_pence"):
        with pytest.raises(RefusedInput, match="No hospital records"):
            records_behind(store, figure, practice_code="Z90003")
    for limit, offset in ((0, 0), (501, 0), (5, -1)):
        with pytest.raises(RefusedInput, match="no page"):
            RecordsReader(store).of_cell(Cell("Z90003", JULY), limit=limit, offset=offset)
    for wrong in (Cell("Z90003", JULY, period="week"), Cell("Z90003", JULY, point_of_delivery="XX")):
        with pytest.raises(RefusedInput):
            RecordsReader(store).drill(wrong)
    assert RecordsReader(store).drill(Cell("Z99999", JULY)).tables == ()


def test_sums_of_tiers_are_explained_to_the_penny(store: Store, stated: PublishedSet) -> None:
    tiers = stated.frame("tier_statements")
    for row in tiers.filter(pl.col("cut").is_in(["total", "service", "bill", "apart"])).iter_rows(named=True):
        key = tuple(str(row[name]) for name in ("statement_month", "unit_kind", "unit_code", "period", "cut", "item"))
        for column in ("actual_pence", "variance_pence"):
            told = explain(
                store,
                str(Figure(stated.name, stated.set_id, "tier_statements", key, column)),
                protection=for_purpose("a test"),
            )
            assert told.gap == 0
            named = " ".join(part.label for part in told.parts)
            assert row["unit_kind"] != "region" or not [code for code in PRACTICES if code in named]
