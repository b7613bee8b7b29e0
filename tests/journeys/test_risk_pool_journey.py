"""A year end closes the risk pool and overspends, shows them, and every figure of them is explained."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from tests.journeys.small_pct import POLICY, YEAR, deliver, facts, prescribe
from tests.spec.pool.made_up_pools import agreed

from pbc.engines import Engine
from pbc.flows.close_year import close_year
from pbc.flows.explain import explain as explain_to
from pbc.flows.gather_statement import gather_statement
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_year_end import show_pools, show_year_end
from pbc.flows.state_month import state_month
from pbc.periods import Month
from pbc.reports import for_purpose
from pbc.reports.page import render_summary, write_statement
from pbc.reports.statement import build_statement
from pbc.reports.summaries import build_commissioner
from pbc.results import Figure, Store
from pbc.tables import ALL
from pbc_cli.year_end import command, summary

explain = partial(explain_to, protection=for_purpose("a test of the walk"))
NAME = "year-end/2009-10"
MUCH = 620  # contacts a month


@pytest.fixture(scope="module")
def once(whole_store: Store, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(Path(shutil.copytree(whole_store.path, tmp_path_factory.mktemp("pool") / "store")))
    set_budgets(store, year=YEAR, basis="fair_shares", policy=POLICY, engine=engine)
    version = store.current("register").set_id
    for month in list(YEAR.months())[3:]:  # so much more care than in the spring that holders end over their budgets
        deliver(store, month, engine, facts(month, seed=month.number, count=MUCH), version)
        prescribe(store, month)
    state_month(store, month=Month(2010, 3), policy=POLICY, engine=engine)
    close_year(store, year=YEAR, policy=POLICY, engine=engine, position="closing_estimate")
    return store


@pytest.fixture
def closed(once: Store, tmp_path: Path) -> Store:
    """A copy that a test may change."""
    return Store(Path(shutil.copytree(once.path, tmp_path / "store")))


def test_pool_is_paid_in_what_budgets_held_back_and_lends_what_it_has(closed: Store) -> None:
    end = closed.current(NAME)
    moved, years = end.frame("pool_movements"), end.frame("overspend_years")
    lines = closed.current("budgets/2009-10").frame("budget_lines").filter(pl.col("step") == "risk_pool")
    assert moved.filter(kind="contribution")["amount_pence"].sum() == -lines["amount_pence"].sum() > 0
    over = years["overspend_pence"].sum()
    assert over > 0
    assert years["covered_pence"].sum() == min(over, -lines["amount_pence"].sum())
    assert moved["amount_pence"].sum() == moved["balance_pence"][-1] >= 0
    assert years.filter(pl.col("overspend_pence") > 0)["is_incentive_lost"].all()


def test_next_year_opens_with_it_and_savings_repay_before_they_are_released(closed: Store, engine: Engine) -> None:
    """Given the year closed again as the one before, then what practices keep first repays the pool."""
    first = closed.current(NAME)
    policy = agreed(repayment_years=1)
    second = close_year(closed, year=YEAR, policy=policy, engine=engine, position="closing_estimate")
    assert second.frame("pool_movements").filter(kind="opening").is_empty()  # never its own predecessor
    released = second.frame("year_end_releases")
    free = second.frame("overspend_years").select("unit_code", "free_pence")
    both = released.join(free, on="unit_code")
    assert both["retained_pence"].to_list() == both["free_pence"].to_list()
    assert first.frame("year_end_releases").equals(released)


def figures_of(store: Store, table: str) -> list[str]:
    end = store.current(NAME)
    rows = end.frame(table)
    columns = [column.name for column in ALL[table].columns if column.name.endswith("_pence")]
    return [
        str(Figure(NAME, end.set_id, table, tuple(str(row[name]) for name in ALL[table].key), column))
        for row in rows.to_dicts()
        for column in columns
    ]


@pytest.mark.parametrize("table", ["pool_movements", "overspend_years"])
def test_every_figure_is_explained_and_sums_are_whole(closed: Store, table: str) -> None:
    for figure in figures_of(closed, table):
        told = explain(closed, figure)
        assert told.gap == 0
        assert told.rules
        assert told.sentences


def test_movement_rests_on_budget_lines_or_on_the_overspend(closed: Store) -> None:
    end = closed.current(NAME)
    for kind, table in (("contribution", "budget_lines"), ("overspend_cover", "overspend_years")):
        row = end.frame("pool_movements").filter(kind=kind).row(0, named=True)
        told = explain(closed, f"{NAME}@{end.set_id}:pool_movements:2009-10~ZP1~{row['sequence']}")
        assert told.parts
        assert all(f":{table}:" in part.figure_id for part in told.parts)


def test_pages_and_downloads_show_the_pool_its_debtors_and_overspends(closed: Store, tmp_path: Path) -> None:
    material = gather_statement(closed, month=Month(2010, 3))
    whole = render_summary(build_commissioner(material))
    for words in ("The risk pool in 2009/10", "Who owes the risk pool", "What becomes of overspends", "31 March 2011"):
        assert words in whole
    over = closed.current(NAME).frame("overspend_years").filter(pl.col("overspend_pence") > 0)["unit_code"][0]
    view = build_statement(material, practice_code=over)
    page, csv, book = (
        write_statement(view, path=tmp_path / f"{over}.{form}", form=form) for form in ("html", "csv", "xlsx")
    )
    assert "Over budget, and the risk pool" in page.read_text(encoding="utf-8")
    assert {"pool_movements", "overspend_years"} <= {
        line.partition(",")[0] for line in csv.read_text("utf-8-sig").splitlines()
    }
    assert {"Risk pool", "Over budget"} <= set(openpyxl.load_workbook(book).sheetnames)


def test_position_pages_show_the_holders_account_and_the_pools_walk(closed: Store) -> None:
    over = closed.current(NAME).frame("overspend_years").filter(pl.col("overspend_pence") > 0)["unit_code"][0]
    shown = show_year_end(closed, year=YEAR, unit_code=over, practices=[over])
    assert shown.owed is not None
    assert "31 March 2011" in shown.owed.rows[0]
    assert any("lends" in said for paragraph in shown.paragraphs for said in paragraph.sentences)
    walk, owed = show_pools(closed, year=YEAR)
    assert [head.title for head in walk.heads] == ["Step", "Closing estimate"]
    pence = [int(re.sub(r"[^\d-]", "", row[1].replace("−", "-"))) for row in walk.rows]
    assert sum(pence[:-1]) == pence[-1]
    assert owed.name == "pool-owed"
    assert show_pools(closed, year=YEAR.plus(1)) == ()


def test_console_tells_the_pool_and_the_overspends(closed: Store) -> None:
    said = summary(closed.current(NAME))
    assert "The risk pool of ZP1 was paid" in said
    assert re.search(r"\d+ budget holders are over by £[\d,]+ together", said)
    result = CliRunner().invoke(command, ["--year", "2009-10", "--store", str(closed.path)])
    assert result.exit_code == 0, result.output
    assert "at the close" in result.output
