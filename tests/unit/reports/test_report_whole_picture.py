"""Figures of a page that a reader holds against each other: each is true, follows from the next, and says what it counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import StatementMaterial, build_statement, write_statement
from pbc.reports.material import Takeover
from pbc.reports.months import month_chart
from pbc.reports.notes import list_policy
from pbc.reports.position_tables import position_table
from pbc.reports.sentences import describe_position
from pbc.results import Store


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


def test_count_hidden_alone_hides_the_next_smallest_that_its_sum_would_give_away_from(
    material: StatementMaterial,
) -> None:
    """Two kinds of a service: of 3 day cases and 40 stays neither is shown, and no other service's count is touched."""
    few = pl.when(pl.col("item") == "DC").then(3).otherwise(40).cast(pl.Int64)
    shown = activity_of(with_statements(material, activity_count=few), "point_of_delivery")
    hidden = {name for name, words in shown.items() if words == "*"}
    assert hidden == {"Ordinary elective stays", "Day cases"}
    assert shown["Prescribing"] == "40 items"


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
