"""Figures of a page that a reader holds against each other: each is true, follows from the next, and says what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reports import StatementMaterial, build_commissioner, build_statement, write_statement
from pbc.reports.freed_up import describe_pool_part, payer_table, walk_table, year_positions
from pbc.reports.material import Takeover
from pbc.reports.months import month_chart
from pbc.reports.notes import list_policy
from pbc.reports.position_tables import position_table
from pbc.reports.sentences import describe_position, position
from pbc.results import Store
from pbc.tables import ALL


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=Month(2009, 9))


def test_months_with_the_heir_are_told_so_and_never_as_nought(material: StatementMaterial) -> None:
    """Months of last year stand with who answers twelve months on, this year's with who answers in them."""
    held = material.table("monthly_costs")
    gone = held.filter((pl.col("practice_code") != "Z90002") | (pl.col("month") < 200907))
    taken = replace(
        material, tables={**material.tables, "monthly_costs": gone},
        takeovers=(Takeover("Z90002", "Z90003", date(2009, 7, 1)),),
    )  # fmt: skip
    chart = month_chart(taken, "Z90002")
    assert chart is not None
    cells = {row[0]: row[1:3] for row in chart.table.rows}
    assert cells["June"][0] == "No data"
    assert cells["June"][1].startswith("£")
    assert cells["July"] == cells["September"] == ("With Z90003", "With Z90003")


def with_statements(material: StatementMaterial, **changes: pl.Expr) -> StatementMaterial:
    changed = material.table("budget_statements").with_columns(**changes)
    return replace(material, tables={**material.tables, "budget_statements": changed})


def activity_of(material: StatementMaterial, cut: str) -> dict[str, str]:
    table = position_table(material, "Z90001", cut=cut, period="year_to_date")
    assert table is not None
    return {row[0]: row[1] for row in table.rows}


def test_last_year_adds_up_what_is_measured_and_tells_what_is_left_out(material: StatementMaterial) -> None:
    """Every measured service at £1,000 last year, the shared-out ones at £9,000: one sentence, one total, both as the table."""
    shared, whole = pl.col("payment_form") == "apportioned", pl.col("cut") == "total"
    before = pl.when(shared | whole).then(None).otherwise(pl.lit(100_000)).cast(pl.Int64)
    held = with_statements(material, previous_year_pence=before)
    table = position_table(held, "Z90001", cut="service", period="year_to_date")
    assert table is not None
    years = [row[-1] for row in table.rows[:-1]]
    assert table.rows[-1][-1] == f"£{years.count('£1,000'):,},000"
    assert "leaves out community services and mental health services" in table.note
    with_shared = with_statements(
        material,
        previous_year_pence=pl.when(shared).then(900_000).otherwise(pl.lit(100_000)).cast(pl.Int64),
    )
    said = " ".join(describe_position(with_shared, "Z90001").sentences)
    assert f"against £{years.count('£1,000'):,},000 in the same months of last year" in said


def test_how_lines_are_paid_tells_of_forms_on_the_page_alone(material: StatementMaterial) -> None:
    notes = {note.name: " ".join(note.sentences) for note in build_statement(material, practice_code="Z90001").notes}
    assert "Shared out:" in notes["payment"]
    assert "net ingredient cost" in notes["payment"]
    assert not [word for word in ("Block:", "Marginal:", "Local:") if word in notes["payment"]]
    blocks = with_statements(material, payment_form=pl.lit("block"))
    paid = {note.name: note.sentences for note in build_statement(blocks, practice_code="Z90001").notes}["payment"]
    assert [said.partition(":")[0] for said in paid] == ["Block", "Prescribing"]


def test_workbook_and_rule_table_speak_no_code(material: StatementMaterial, tmp_path: Path) -> None:
    """Words with underscores stand in figure ids and names of rule values alone; symbols and file names nowhere."""
    view = build_statement(material, practice_code="Z90001")
    book = openpyxl.load_workbook(write_statement(view, path=tmp_path / "s.xlsx", form="xlsx"))
    cells = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [cell for cell in cells if re.fullmatch(r"[a-z]+(_[a-z]+)+", cell)]
    assert "Within what luck explains" in cells
    table = list_policy(material, "Z90001")
    assert table is not None
    told = " ".join(cell for row in table.rows for cell in row)
    assert not [word for word in ("(phi)", "(tau)", "docs/") if word in told]


def ended(*, pool_pence: int | None) -> dict[str, pl.DataFrame]:
    """A year end of two practices, one £100 under and one £40 over at price, £10 better in the bill; 70% is kept."""

    def whole(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
        names = ALL[table].names
        return pl.DataFrame(
            [{name: row.get(name) for name in names} for row in rows], schema=ALL[table].polars_schema
        ).with_columns(figure_id=pl.lit(""))

    year = {"financial_year": "2009-10", "statement_month": 201003}
    positions = [
        {**year, "practice_code": code, "activity_budget_pence": 100_000, "activity_actual_pence": actual,
         "price_effect_pence": 500, "bill_adjustment_pence": -1_000}
        for code, actual in (("Z90001", 89_500), ("Z90002", 103_500))
    ]  # fmt: skip
    freed = [
        {**year, "unit_kind": "practice", "unit_code": code, "basis": basis, "budget_pence": 100_000,
         "actual_pence": 100_000 - net, "gross_underspend_pence": max(net, 0), "freed_up_pence": max(net, 0),
         "retained_pence": max(net, 0) * 7 // 10, "commissioner_pence": max(net, 0) * 3 // 10, "retained_share": 0.7,
         "is_shared": basis == "bill", "label": "inside_chance", "parameter": "savings.retained_share"}
        for code, nets in (("Z90001", (10_000, 11_000)), ("Z90002", (-4_000, -3_000)))
        for basis, net in zip(("price", "bill"), nets, strict=True)
    ]  # fmt: skip
    tables = {
        "budget_positions": whole("budget_positions", positions),
        "freed_up_resources": whole("freed_up_resources", freed),
    }
    if pool_pence is not None:
        ceded = {"ceded_pence": 3_000 + pool_pence, "contribution_pence": 3_000, "variance_pence": pool_pence,
                 "ceded_bill_pence": 0, "budget_taken_pence": 1_000}  # fmt: skip
        rows = [
            {**year, **ceded, "unit_kind": kind, "unit_code": code}
            for kind, code in (("practice", "Z90001"), ("risk_pool", "ZP1"))
        ]
        tables["ceded_costs"] = whole("ceded_costs", rows)
    return tables


def closed(material: StatementMaterial, *, pool_pence: int | None) -> StatementMaterial:
    tables = ended(pool_pence=pool_pence)
    freed = {"freed_up_resources": tables["freed_up_resources"]}
    return replace(material, tables={**material.tables, **freed}, ended=tables)


@pytest.mark.parametrize("pool_pence, left", [(None, 300), (500_000, -499_700)], ids=["no pool", "overspent pool"])
def test_what_practices_keep_stands_beside_what_pays_for_it(
    material: StatementMaterial, pool_pence: int | None, left: int
) -> None:
    """£110 under and £30 over in the bill leave £80, of which £77 is kept: £3 is left, and a pool £5,000 over leaves a gap."""
    held = closed(material, pool_pence=pool_pence)
    (found,) = [each for each in year_positions(held.ended) if each.is_shared]
    assert (found.under_pence, found.over_pence, found.retained_pence) == (11_000, -3_000, 7_700)
    assert found.left_pence == left
    table = payer_table(held)
    assert table is not None
    assert ("The risk pool" in [row[0] for row in table.rows]) == (pool_pence is not None)
    said = {found.name: " ".join(found.sentences) for found in build_commissioner(held).paragraphs}["paying"]
    assert ("to be found elsewhere" in said) == (left < 0)


def test_walk_to_what_was_freed_up_adds_to_the_penny(material: StatementMaterial) -> None:
    """From the distance on the page to what is counted: each total is the sum of the steps before it."""
    table = walk_table(closed(material, pool_pence=500_000), "Z90001")
    assert table is not None
    steps = {words: pence_of(cell) for words, cell in table.rows}
    amounts = list(steps.values())
    assert len(amounts) == 7  # nobody was taken over
    assert amounts[3] == sum(amounts[:3]) == 10_000
    assert amounts[5] == amounts[3] + amounts[4] == 11_000 == amounts[6]
    assert amounts[1] == 503_000 - 1_000
    begun = position(material, "Z90001", period="year_to_date")
    assert begun is not None
    assert amounts[0] == -begun["variance_pence"]
    assert walk_table(replace(closed(material, pool_pence=None), closed_under=("other values",)), "Z90001") is None


def pence_of(cell: str) -> int:
    pence = int(re.sub(r"[^0-9]", "", cell))
    return pence if cell == pounds_and_pence(pence) else -pence


def test_overspend_of_the_pool_is_told_as_no_saving(material: StatementMaterial) -> None:
    (over,) = describe_pool_part(closed(material, pool_pence=500_000), "Z90001")
    assert "£5,000 is the pool's overspend" in over
    (under,) = describe_pool_part(closed(material, pool_pence=-1_000), "Z90001")
    assert "what it did not need stays with the PCT" in under
    assert describe_pool_part(closed(material, pool_pence=None), "Z90001") == []


def test_merged_practice_is_told_that_the_whole_year_is_judged(material: StatementMaterial) -> None:
    held = closed(material, pool_pence=None)
    merged = replace(held, takeovers=(Takeover("Z90088", "Z90001", date(2009, 7, 1)),))
    freed = {note.name: " ".join(note.sentences) for note in build_statement(merged, practice_code="Z90001").paragraphs}
    assert "for the whole year, also before 1 July 2009" in freed["freed"]
    before = replace(held, takeovers=(Takeover("Z90088", "Z90001", date(2008, 7, 1)),))
    assert not [
        note
        for note in build_statement(before, practice_code="Z90001").paragraphs
        if "whole year, also" in str(note.sentences)
    ]


def test_year_closed_under_other_rules_is_warned_of_by_name(
    tmp_path: Path, publish_made_up: Callable[..., Store]
) -> None:
    """Given a year closed with a stop-loss beside a statement without, then page and material say so; alike, nothing."""
    store = publish_made_up(tmp_path / "store", practices=2)
    made, ending = store.current("statement/2009-09"), store.current("year-end/2009-10")
    march = {name: made.frame(name) for name in made.tables}
    for rules, told in (
        (("a", "a"), ()),
        (("a", "b"), ("a stop-loss of £20,000, where the statement has no stop-loss",)),
    ):
        store.publish("statement/2010-03", march, replace(made.receipt, policy=rules[0]))
        freed = {"freed_up_resources": ending.frame("freed_up_resources")}
        parameters = {"stop_loss_pounds": "20000"} if told else {}
        store.publish("year-end/2009-10", freed, replace(ending.receipt, policy=rules[1], parameters=parameters))
        found = gather_statement(store, month=Month(2010, 3))
        assert found.closed_under == told
        warning = build_statement(found, practice_code="Z90001").warning
        assert bool(warning.sentences) == bool(told)
    assert "closed under other rules" in warning.heading


def test_page_under_historic_budgets_says_nothing_of_what_a_formula_does_to_a_list(material: StatementMaterial) -> None:
    """Given an unusual list, then with a need step of services that have a past it is pooled, and without one it changes nothing."""
    lines = material.table("budget_lines")
    noted = material.table("budget_targets").with_columns(
        list_note=pl.when(pl.col("practice_code") == "Z90001").then(pl.lit("fewer than 1,000 people; pooled"))
    )
    found = {}
    for basis, kept in (("formula", lines), ("historic", lines.filter(pl.col("step") != "need"))):
        held = replace(material, tables={**material.tables, "budget_lines": kept, "budget_targets": noted})
        said = {
            part.name: " ".join(part.sentences) for part in build_statement(held, practice_code="Z90001").paragraphs
        }
        found[basis] = said["list"], [part.name for part in build_commissioner(held).paragraphs if part.sentences]
    assert "The budget formula is least sure" in found["formula"][0]
    assert "lists" in found["formula"][1]
    assert found["historic"][0] == (
        "Your list is unusual: fewer than 1,000 people. But no formula set your budget, so it changes nothing on this page."
    )
    assert "lists" not in found["historic"][1]


def test_band_without_an_error_of_a_formula_is_drawn_and_told_as_luck_alone(material: StatementMaterial) -> None:
    bands = material.table("chance_bands").with_columns(
        outer_low_pence=pl.col("chance_low_pence"), outer_high_pence=pl.col("chance_high_pence")
    )
    told = {}
    for name, held in (("error", material.table("chance_bands")), ("luck", bands)):
        view = build_statement(
            replace(material, tables={**material.tables, "chance_bands": held}), practice_code="Z90001"
        )
        chart = next(chart for chart in view.charts if chart.name == "chance")
        notes = " ".join(sentence for note in view.notes for sentence in note.sentences)
        told[name] = len(chart.table.rows), "dashed" in chart.reading, "luck alone leaves 19" in notes
        assert ("error" in chart.description) == (name == "error")
    assert told == {"error": (5, True, False), "luck": (3, False, True)}
