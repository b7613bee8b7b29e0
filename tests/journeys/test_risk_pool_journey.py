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
from tests.journeys.small_pct import POLICY, YEAR, deliver, facts, need, prescribe, prices, publish
from tests.spec.pool.made_up_pools import agreed

from pbc.engines import Engine
from pbc.flows.close_year import close_year
from pbc.flows.explain import explain as explain_to
from pbc.flows.gather_statement import gather_statement
from pbc.flows.set_budgets import set_budgets
from pbc.flows.show_year_books import show_year_books, unit_kind_of
from pbc.flows.show_year_end import show_year_end
from pbc.flows.state_month import state_month
from pbc.money import pence_typed_by_a_person as pence
from pbc.periods import Month
from pbc.reports import for_purpose
from pbc.reports.page import render_summary, write_statement
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.statement import build_statement
from pbc.reports.summaries import build_commissioner
from pbc.reports.year_walk import YearOf
from pbc.results import Figure, Store
from pbc.results.figures import figure_id
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


def test_next_budgets_repay_what_savings_did_not_and_say_so(closed: Store, engine: Engine) -> None:
    """Given a year end that left £50 of a practice and £30 of a cluster to the next budget, then its lines fall by £80."""
    after, end = YEAR.plus(1), closed.current(NAME)
    publish(closed, f"need/{after.slug}", need(after))
    publish(closed, f"tariff/{after.slug}", prices(after, 106))
    years = end.frame("overspend_years")
    owing = {"Z90001": 50_00, "ZC01": 30_00}
    left = pl.col("unit_code").replace_strict(owing, default=0, return_dtype=pl.Int64)
    both = pl.concat([years, years.head(1).with_columns(unit_kind=pl.lit("cluster"), unit_code=pl.lit("ZC01"))])
    tables = {table: end.frame(table) for table in end.tables}
    tables["overspend_years"] = both.with_columns(from_next_budget_pence=left)
    ended = publish(closed, NAME, tables, inputs=end.receipt.inputs)
    made = set_budgets(closed, year=after, basis="fair_shares", policy=POLICY, engine=engine)
    lines = made.frame("budget_lines").filter(step="pool_repayment")
    assert lines["amount_pence"].sum() == -80_00
    assert made.receipt.inputs[NAME] == ended.set_id
    assert made.frame("budget_profiles")["budget_pence"].sum() == made.frame("budget_lines")["amount_pence"].sum()
    for line in lines.iter_rows(named=True):
        told = explain(closed, figure_id(made.name, made.set_id, "budget_lines", line))
        behind = [part.amount for part in told.parts if ":overspend_years:" in part.figure_id]
        assert behind in ([50_00, 30_00], [30_00, 50_00], [30_00], [50_00])
        assert "pool.unpaid_rule" in {value.name for value in told.policy}


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
    assert shown.owed.name == "pool-owed"


def test_books_of_the_year_walk_from_budget_to_release_and_account_for_the_pool(closed: Store) -> None:
    """Every sum is of the steps above it, to the penny; what is paid in, drawn and owed is that of the pool's movements."""
    held = {YEAR: {"closing_estimate": closed.current(NAME).set_id}}
    moved = closed.current(NAME).frame("pool_movements").filter(commissioner_code="ZP1")
    holders = moved.filter(pl.col("unit_kind") != "commissioner")["unit_code"].unique().to_list()
    links = {code: f"/{code}/" for code in holders}
    books = show_year_books(
        closed, year=YEAR, whose=YearOf("commissioner", "ZP1"), links=links, policy=POLICY, held=held
    )
    assert books is not None
    tables = {each.table.name: each for each in (*books.tables, *books.pools)}
    assert_sums_are_of_the_steps_above(tables["walk"])
    pool = [pence(row[1]) for row in tables["pool-walk"].table.rows]
    assert sum(pool[:-1]) == pool[-1] == moved.sort("sequence")["balance_pence"][-1]
    accounts = tables["pool-accounts"].table.rows
    assert sum(pence(row[1]) for row in accounts) == moved.filter(kind="contribution")["amount_pence"].sum()
    assert sum(pence(row[5]) for row in accounts) == moved["owed_change_pence"].sum() > 0
    assert "31 March 2011" in {row[6] for row in accounts}
    over = tables["overspends"].table.rows
    assert all(pence(row[1]) == sum(map(pence, row[2:5])) for row in over)
    assert pence(tables["overspend-years"].table.rows[0][1]) == sum(pence(row[1]) for row in over)
    figures = {text for each in tables.values() for text in each.figures.values()}
    assert len(figures) > 20
    assert all(explain(closed, text, policy=POLICY).gap == 0 for text in figures)
    assert "Yes" in {row[1] for row in books.rules.rows}


def test_a_practices_books_are_its_own_and_show_no_pool(closed: Store) -> None:
    held = {YEAR: {"closing_estimate": closed.current(NAME).set_id}}
    over = closed.current(NAME).frame("overspend_years").filter(pl.col("overspend_pence") > 0)["unit_code"][0]
    assert unit_kind_of(closed, year=YEAR, code=over, held=held[YEAR]) == "practice"
    books = show_year_books(
        closed, year=YEAR, whose=YearOf("practice", over), links={over: ""}, policy=POLICY, held=held
    )
    assert books is not None
    names = [each.table.name for each in (*books.tables, *books.pools)]
    assert names == ["walk", "overspends", "overspend-years", "pool-accounts"]
    walk = books.tables[0]
    assert_sums_are_of_the_steps_above(walk)
    assert [head.title for head in walk.table.heads] == ["Step", "Closing estimate"]
    nothing = show_year_books(
        closed, year=YEAR.plus(1), whose=YearOf("practice", over), links={}, policy=POLICY, held={}
    )
    assert nothing is None
    assert unit_kind_of(closed, year=YEAR.plus(1), code=over, held={}) == ""


def assert_sums_are_of_the_steps_above(shown: Shown) -> None:
    """A sum is what the sum before it came to, with the steps between."""
    amounts, before = [pence(row[1]) for row in shown.table.rows], 0
    for at in shown.sums:
        start = max((each + 1 for each in shown.sums if each < at), default=0)
        assert amounts[at] == before + sum(amounts[start:at]), shown.table.rows[at]
        before = amounts[at]


def test_console_tells_the_pool_and_the_overspends(closed: Store) -> None:
    said = summary(closed.current(NAME))
    assert "The risk pool of ZP1 was paid" in said
    assert re.search(r"\d+ budget holders are over by £[\d,]+ together", said)
    result = CliRunner().invoke(command, ["--year", "2009-10", "--store", str(closed.path)])
    assert result.exit_code == 0, result.output
    assert "at the close" in result.output
