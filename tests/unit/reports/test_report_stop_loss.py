"""What pages say of a stop-loss: how much, of how many people where they are many, and how the pool stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import PROTECTED, StatementMaterial, build_commissioner, build_statement, shown_to
from pbc.reports.amounts import over_or_under
from pbc.reports.sentences import position
from pbc.reports.stop_loss import describe_ceded, describe_pool, pool_table
from pbc.reports.tier_figures import figures_of_many
from pbc.results import Store
from pbc.tables import CEDED_COSTS

CODE = "Z90001"


@pytest.fixture(scope="module")
def plain(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=Month(2009, 9))


def row(unit_kind: str = "practice", unit_code: str = CODE, **given: Any) -> dict[str, Any]:
    usual = dict(
        financial_year="2009-10", statement_month=200909, unit_kind=unit_kind, unit_code=unit_code, commissioner_code="ZP1",
        stop_loss_pence=2_000_000, cost_pence=100_000_000, fixed_pence=1_000_000, no_person_pence=2_000_000,
        ceded_pence=5_000_000, borne_pence=95_000_000, persons_count=9, ceded_bill_pence=0, expected_ceded_share=0.0372,
        year_contribution_pence=6_000_000, contribution_pence=2_000_000, budget_taken_pence=-1_000_000,
        variance_pence=3_000_000, basis="held_back", rule="R3.4", parameter="risk.stop_loss_pounds",
    )  # fmt: skip
    return usual | given


def with_ceded(plain: StatementMaterial, *rows: dict[str, Any]) -> StatementMaterial:
    frame = CEDED_COSTS.from_rows(list(rows)).with_columns(figure_id=pl.lit("made up"))
    return replace(plain, tables={**plain.tables, "ceded_costs": frame})


def said(material: StatementMaterial) -> str:
    return " ".join(describe_ceded(material, CODE).sentences)


def test_page_without_a_stop_loss_says_nothing_of_one(plain: StatementMaterial) -> None:
    assert describe_ceded(plain, CODE).sentences == ()
    assert describe_pool(plain).sentences == ()
    assert pool_table(plain) is None


@pytest.mark.parametrize("people, words", [(9, "9 people"), (1, "1 person")])
def test_page_counts_people_for_those_entitled(plain: StatementMaterial, people: int, words: str) -> None:
    told = said(with_ceded(plain, row(persons_count=people)))
    assert f"£50,000 that {words} cost above that is borne by the risk pool" in told
    assert "Of £1,000,000 for hospital care you bear £950,000" in told
    assert "£30,000 can never go to the pool" in told


@pytest.mark.parametrize("taken", [0, -1_000_000, 2_000_000])
def test_page_says_where_the_practice_stands_with_the_pool_counted(plain: StatementMaterial, taken: int) -> None:
    """Less what the pool bears, and the pool's money off the budget: what was too early held back is in it again."""
    total = position(plain, CODE, period="year_to_date")
    assert total is not None
    left = over_or_under(total["variance_pence"] - 5_000_000 + taken)
    assert f"With the pool counted you are {left} to date" in said(with_ceded(plain, row(budget_taken_pence=taken)))
    bare = replace(plain, tables={**plain.tables, "budget_statements": plain.table("budget_statements").clear()})
    assert "With the pool counted" not in said(with_ceded(bare, row()))


def test_page_says_when_nobody_cost_so_much(plain: StatementMaterial) -> None:
    told = said(with_ceded(plain, row(ceded_pence=0, persons_count=0, fixed_pence=0, no_person_pence=0)))
    assert "Nobody's hospital care has cost you more than £20,000 so far this year" in told
    assert "can never go" not in told
    assert "With the pool counted" not in told


@pytest.mark.parametrize(
    "given, words",
    [
        (
            dict(),
            "already is £60,000 less, given to the pool. People reach that sum late in the year, so by now £20,000",
        ),
        (dict(budget_taken_pence=0), "already is £60,000 less, given to the pool."),
        (
            dict(basis="expected_share", budget_taken_pence=2_000_000),
            "Nothing was held back for the pool, so the budget you are judged against is £20,000 less: the part to date of "
            "the 3.7%",
        ),
    ],
)
def test_page_says_how_the_budget_pays_for_the_pool(
    plain: StatementMaterial, given: dict[str, Any], words: str
) -> None:
    told = said(with_ceded(plain, row(**given)))
    assert words in told
    assert ("late in the year" in told) == (not given)


@pytest.mark.parametrize(
    "basis, words", [("held_back", "Budgets held it back."), ("expected_share", "Nothing was held back")]
)
def test_commissioners_page_says_how_the_pool_stands(plain: StatementMaterial, basis: str, words: str) -> None:
    payer = plain.commissioner_code
    material = with_ceded(
        plain, row(basis=basis, persons_count=3), row("risk_pool", payer, basis=basis, persons_count=12)
    )
    told = " ".join(describe_pool(material).sentences)
    assert words in told
    assert "It may expect to bear 3.7%" in told
    table = pool_table(material)
    assert table is not None
    assert table.rows[-1][0] == "All"
    assert table.has_total


@pytest.mark.parametrize(
    "people, shown",
    [
        ((3, 12), ["*", "*", "15"]),
        ((3, 4), ["*", "*", "*"]),
        ((6, 4), ["*", "*", "10"]),
        ((0, 12), ["0", "10", "10"]),
        ((8, 12), ["10", "10", "20"]),
    ],
    ids=["one-alone", "few-in-all", "two-few", "none", "many"],
)
def test_table_lets_nobody_take_a_few_people_off_the_whole(
    plain: StatementMaterial, people: tuple[int, int], shown: list[str]
) -> None:
    rows = [row(unit_code=code, persons_count=each) for code, each in zip((CODE, "Z90002"), people, strict=True)]
    material = with_ceded(plain, *rows, row("risk_pool", plain.commissioner_code, persons_count=sum(people)))
    table = pool_table(shown_to(material, PROTECTED))
    assert table is not None
    assert [cells[4] for cells in table.rows] == shown
    assert all((cells[2] == "*") == (cells[4] == "*") for cells in table.rows)


def test_money_of_a_few_people_above_the_stop_loss_is_hidden_with_what_gives_it_away(plain: StatementMaterial) -> None:
    """Then neither what the pool bears nor the distance judged is told, which beside the tables of cost would give it away."""
    rows = [row(persons_count=3), row(unit_code="Z90002", persons_count=20)]
    material = with_ceded(plain, *rows, row("risk_pool", plain.commissioner_code, persons_count=23))
    shown = shown_to(replace(material, ended={"ceded_costs": material.table("ceded_costs")}), PROTECTED)
    told = said(shown)
    assert "How much is hidden, as it is of a few people" in told
    assert "£50,000" not in told
    view = build_statement(shown, practice_code=CODE)
    assert "chance" not in {chart.name for chart in view.charts}
    assert view.headlines[-1].words.startswith("luck moves the lines judged by about")
    assert shown.ended["ceded_costs"]["ceded_pence"].to_list() == [None, None, 5_000_000]
    commissioner = build_commissioner(shown)
    assert all(CODE not in row[0] for row in commissioner.charts[0].table.rows)


def test_each_cell_of_the_pools_table_leads_to_its_figure(plain: StatementMaterial) -> None:
    others = [code for code in plain.practices if code != CODE][:1]
    rows = [row(), *(row(unit_code=code) for code in others), row("risk_pool", plain.commissioner_code)]
    material = with_ceded(plain, *rows)
    ids = material.table("ceded_costs").with_columns(figure_id=pl.format("id of {}", "unit_code"))
    material = replace(material, tables={**material.tables, "ceded_costs": ids})
    table = pool_table(material)
    assert table is not None
    cells = figures_of_many(material, table, unit=("commissioner", plain.commissioner_code))
    assert len(cells) == len(table.rows) * (len(table.heads) - 1)
    last = len(table.rows) - 1
    assert table.rows[last][0] == "All"
    assert cells[last, 2] == f"id of {plain.commissioner_code}:ceded_pence"
    twice = replace(material, names={code: "One name" for code in (CODE, *others)})
    named_alike = pool_table(twice)
    assert named_alike is not None
    found = figures_of_many(twice, named_alike, unit=("commissioner", plain.commissioner_code))
    assert {at for at, _ in found} == {last}  # two of one name cannot be told apart
    unknown = replace(table, name="nothing-known")
    assert figures_of_many(material, unknown, unit=("commissioner", plain.commissioner_code)) == {}
