"""A month that never came: refused, or left out on both sides by choice, named on every page, and counted when it arrives."""

from __future__ import annotations

import shutil

import polars as pl
import pytest
from tests.journeys.small_pct import POLICY, YEAR, deliver, facts, finish_year, state

from pbc.engines import Engine
from pbc.errors import MissingFigure
from pbc.flows.close_year import close_year
from pbc.flows.completeness import told_left_out
from pbc.flows.explain import explain
from pbc.flows.gather_statement import gather_statement
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.periods import Month
from pbc.reports import build_commissioner, build_index, build_statement, for_purpose, render_statement, render_summary
from pbc.reports.long_csv import figure_rows
from pbc.results import PublishedSet, Store

MAY, JUNE, JULY = Month(2009, 5), Month(2009, 6), Month(2009, 7)


@pytest.fixture
def lacking(store: Store, engine: Engine) -> Store:
    """A store in which May never came, but for five of its contacts that came with June's delivery."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    shutil.rmtree(store.path / "sets/activity/2009-05")
    shutil.rmtree(store.path / "sets/cells/2009-05")
    strays = pl.concat([facts(JUNE, seed=JUNE.number), facts(MAY, seed=1, count=6, prefix="stray-")])
    deliver(store, JUNE, engine, strays, store.current("register").set_id)
    return store


def leave_out(store: Store, engine: Engine, month: Month) -> PublishedSet:
    return state_month(store, month=month, policy=POLICY, engine=engine, missing="leave_out")


def sums(found: PublishedSet, cut: str = "total") -> dict[str, tuple[int, int]]:
    rows = found.frame("budget_statements").filter((pl.col("cut") == cut) & (pl.col("period") == "year_to_date"))
    added = rows.group_by("practice_code").agg(pl.col("actual_pence", "budget_pence").sum()).sort("practice_code")
    return {code: (actual, budget) for code, actual, budget in added.iter_rows()}


def test_month_that_never_came_is_refused_unless_chosen(lacking: Store, engine: Engine) -> None:
    with pytest.raises(MissingFigure, match="May 2009"):
        state(lacking, engine, JUNE)
    found = leave_out(lacking, engine, JUNE)
    assert [str(each.month) for each in told_left_out(found)] == ["2009-05"]


def test_partial_statement_leaves_cost_and_budget_of_the_month_out(lacking: Store, engine: Engine) -> None:
    found = leave_out(lacking, engine, JUNE)
    cells = pl.concat([lacking.current(f"cells/2009-{m}").frame("activity_cells") for m in ("04", "06")])
    mine = cells.filter(
        ~pl.col("month").is_in([200905]) & (pl.col("practice_code") != "not-attributed") & (pl.col("month") >= 200904)
    )
    hospital = pl.col("cut").is_in(["provider", "specialty"]) & (pl.col("period") == "year_to_date")
    by_cut = found.frame("budget_statements").filter(hospital).group_by("cut").agg(pl.col("actual_pence").sum())
    assert set(by_cut["actual_pence"]) == {mine["cost_pence"].sum()}
    profiles = (
        lacking.current("budgets/2009-10").frame("budget_profiles").filter(pl.col("month").is_between(200904, 200906))
    )
    is_hospital = ~pl.col("service").is_in(["prescribing", "community"])
    due = profiles.filter(~(is_hospital & (pl.col("month") == 200905)))["budget_pence"].sum()
    assert sum(budget for _, budget in sums(found).values()) == due
    assert not found.frame("not_attributed")["month"].is_in([200905]).any()
    apart = found.frame("bill_adjustments").filter(pl.col("kind") == "block")["amount_pence"].sum()
    at_block = mine.filter((pl.col("provider_code") == "ZH2") & (pl.col("point_of_delivery") == "AE"))[
        "cost_pence"
    ].sum()
    assert apart + at_block == round(600_000 * 60 / 365)


def test_every_page_of_a_partial_statement_says_so_first(lacking: Store, engine: Engine) -> None:
    leave_out(lacking, engine, JUNE)
    material = gather_statement(lacking, month=JUNE)
    view = build_statement(material, practice_code="Z90001")
    assert view.is_partial
    assert "May 2009 left out" in view.partial.heading
    assert "2 of 3 months" in view.partial.sentences[0]
    assert all("partial" in chart.title and "May 2009" in chart.source for chart in view.charts)
    assert {row["is_partial"] for row in figure_rows(view)} == {"yes"}
    pages = [render_statement(view), render_summary(build_commissioner(material))]
    pages.append(render_summary(build_index(material, pages={}, commissioner_page="c.html")))
    for page in pages:
        after = page.index("In plain words" if "In plain words" in page else "What changed")
        assert 0 < page.index("This statement is partial: May 2009 left out") < after


def test_figures_of_a_partial_statement_are_explained_to_the_penny(lacking: Store, engine: Engine) -> None:
    found = leave_out(lacking, engine, JUNE)
    for cut, item in (("provider", "ZH1"), ("service", "outpatients"), ("total", "all")):
        told = explain(
            lacking,
            f"{found.name}@{found.set_id}:budget_statements:200906~Z90001~year_to_date~{cut}~{item}:actual_pence",
            protection=for_purpose("a test of the walk"),
        )
        assert told.is_sum
        assert told.gap == 0


def test_month_that_arrives_is_named_among_what_changed_and_restores_the_sums(lacking: Store, engine: Engine) -> None:
    june = leave_out(lacking, engine, JUNE)
    register = lacking.current("register").set_id
    deliver(lacking, MAY, engine, facts(MAY, seed=MAY.number), register)
    deliver(lacking, JULY, engine, facts(JULY, seed=7), register)
    july = leave_out(lacking, engine, JULY)
    assert told_left_out(july) == ()
    changed = july.frame("restated_months")
    assert changed.select("month", "reason").unique().rows() == [(200905, "late delivery")]
    assert changed["before_pence"].sum() == 0
    cells = pl.concat([lacking.current(f"cells/{m}").frame("activity_cells") for m in (MAY, JUNE)])
    came = cells.filter((pl.col("month") == 200905) & (pl.col("practice_code") != "not-attributed"))
    assert changed["now_pence"].sum() == came["cost_pence"].sum()
    view = build_statement(gather_statement(lacking, month=JULY), practice_code="Z90001")
    assert view.changed.sentences[0].startswith("May 2009 has arrived and was left out of the last statement.")
    again = state(lacking, engine, JUNE)
    assert again.set_id != june.set_id
    assert (
        state(lacking, engine, JUNE)
        .frame("budget_statements")
        .equals(leave_out(lacking, engine, JUNE).frame("budget_statements"))
    )
    more = {code: actual for code, (actual, _) in sums(again, "provider").items()}
    less = {code: actual for code, (actual, _) in sums(june, "provider").items()}
    late = dict(came.group_by("practice_code").agg(pl.col("cost_pence").sum()).iter_rows())
    assert more == {code: less.get(code, 0) + late.get(code, 0) for code in more}


def test_partial_year_may_not_be_closed(lacking: Store, engine: Engine) -> None:
    finish_year(lacking, engine)
    leave_out(lacking, engine, Month(2010, 3))
    with pytest.raises(MissingFigure, match="not whole"):
        close_year(lacking, year=YEAR, policy=POLICY, engine=engine)
