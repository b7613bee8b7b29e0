"""What a practice takes away: CSV and XLSX hold every published figure, in pence, with its id, and run nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.gather_statement import gather_statement
from pbc.periods import Month
from pbc.reports import StatementMaterial, StatementView, build_statement, own_practice, write_statement
from pbc.reports.long_csv import COLUMNS, inert
from pbc.results import Figure, Store


@pytest.fixture(scope="module")
def material(made_up_store: Store) -> StatementMaterial:
    return gather_statement(made_up_store, month=Month(2009, 9))


@pytest.fixture(scope="module")
def hostile(material: StatementMaterial) -> StatementView:
    """The practice whose name is a formula."""
    return build_statement(material, practice_code="Z90003", protection=own_practice("Z90003"))


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_csv_holds_every_measure_of_the_position_in_pence(
    hostile: StatementView, made_up_store: Store, tmp_path: Path
) -> None:
    rows = rows_of(write_statement(hostile, path=tmp_path / "s.csv", form="csv"))
    published = made_up_store.current("statement/2009-09").frame("budget_statements")
    wanted = {
        (r["period"], r["cut"], r["item"]): str(r["actual_pence"])
        for r in published.iter_rows(named=True)
        if r["practice_code"] == "Z90003"
    }
    found = {
        (r["period"], r["cut"], r["item"]): r["value"]
        for r in rows
        if r["table"] == "budget_statements" and r["measure"] == "actual_pence"
    }
    assert found == wanted


def test_csv_gives_every_row_a_figure_id_of_its_own(hostile: StatementView, tmp_path: Path) -> None:
    rows = rows_of(write_statement(hostile, path=tmp_path / "s.csv", form="csv"))
    ids = [row["figure_id"] for row in rows]
    assert len(set(ids)) == len(ids) > 500
    assert all(str(Figure.parse(text)) == text for text in ids)
    assert {row["is_made_up"] for row in rows} == {"yes"}


def test_csv_begins_with_a_mark_and_disarms_formulas(hostile: StatementView, tmp_path: Path) -> None:
    path = write_statement(hostile, path=tmp_path / "s.csv", form="csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf" + COLUMNS[0].encode())
    assert {row["practice_name"] for row in rows_of(path)} == {"'=Riverside & Co <Health>"}


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert inert(text) == f"'{text}"


def test_workbook_has_cover_notes_and_one_table_a_sheet(hostile: StatementView, tmp_path: Path) -> None:
    path = write_statement(hostile, path=tmp_path / "s.xlsx", form="xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:3] == ["Cover", "Notes", "Position"]
    assert "Made-up data" in str(book["Cover"]["A2"].value)
    for sheet in book.worksheets[2:]:
        assert sheet["A1"].value
        assert not sheet.merged_cells.ranges
        heads = [cell.value for cell in sheet[3]]
        assert len(set(heads)) == len(heads)
        assert all(heads)
        assert all(any(cell.value is not None for cell in row) for row in sheet.iter_rows())


def test_workbook_runs_no_formula(hostile: StatementView, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_statement(hostile, path=tmp_path / "s.xlsx", form="xlsx"))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any("=Riverside" in str(cell.value) for cell in cells)


def test_workbook_pounds_are_its_pence(hostile: StatementView, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_statement(hostile, path=tmp_path / "s.xlsx", form="xlsx"))["Position"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        pence = sheet.cell(row, heads["Actual (pence)"]).value
        assert round(sheet.cell(row, heads["Actual (£)"]).value * 100) == pence
        assert Figure.parse(sheet.cell(row, heads["Figure id"]).value).table == "budget_statements"


def test_workbook_is_the_same_bytes_each_time(hostile: StatementView, tmp_path: Path) -> None:
    first = write_statement(hostile, path=tmp_path / "a.xlsx", form="xlsx").read_bytes()
    again = write_statement(hostile, path=tmp_path / "b.xlsx", form="xlsx").read_bytes()
    assert first == again
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert "2009-09-30" in parts.read("docProps/core.xml").decode()


def test_unknown_practice_is_refused(material: StatementMaterial) -> None:
    with pytest.raises(MissingFigure, match="no statement of September 2009 for practice Z99999"):
        build_statement(material, practice_code="Z99999")


def test_unknown_form_is_refused(hostile: StatementView, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="html, xlsx, csv"):
        write_statement(hostile, path=tmp_path / "s.pdf", form="pdf")
