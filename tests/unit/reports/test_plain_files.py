"""Tables as files: what is marked is marked in every row and on every sheet, and nothing in them runs."""

from datetime import date
from io import BytesIO

import openpyxl
import polars as pl

from pbc.reports.plain_files import PlainSheet, plain_csv, plain_workbook

SHEET = PlainSheet(
    "Budgets", "Budgets", pl.DataFrame({"practice": ["=cmd|' /C calc'!A0", None], "budget_pence": [12_345, None]})
)


def test_csv_marks_every_row_and_runs_nothing() -> None:
    lines = plain_csv(SHEET, mark="Not payable").decode().splitlines()
    assert lines[0] == "status,practice,budget_pence"
    assert [line.split(",")[0] for line in lines[1:]] == ["Not payable", "Not payable"]
    assert ",'=cmd" in lines[1]
    assert plain_csv(SHEET).decode().startswith("practice,")


def test_workbook_marks_cover_and_sheets_and_holds_text_as_text() -> None:
    made = plain_workbook("Budgets", lines=["One line."], sheets=[SHEET], on=date(2026, 4, 1), mark="Not payable")
    assert made == plain_workbook(
        "Budgets", lines=["One line."], sheets=[SHEET], on=date(2026, 4, 1), mark="Not payable"
    )
    book = openpyxl.load_workbook(BytesIO(made))
    assert [book["Cover"].cell(row, 1).value for row in (1, 2, 3)] == ["Budgets", "Not payable", "One line."]
    page = book["Budgets"]
    assert (page["A2"].value, page["A4"].data_type, page["A4"].value) == ("Not payable", "s", "=cmd|' /C calc'!A0")
    assert [page.cell(3, at).value for at in (1, 2, 3)] == ["Practice", "Budget (£)", "Budget pence"]
    assert [page.cell(row, 2).value for row in (4, 5)] == [123.45, "No figure"]
    assert page["A5"].value == "None"
    plain = openpyxl.load_workbook(BytesIO(plain_workbook("Budgets", lines=[], sheets=[SHEET], on=date(2026, 4, 1))))
    assert plain["Budgets"]["A2"].value == "One row for each line."


def test_workbook_shows_shares_as_percent_and_answers_as_words_and_rounds_nothing() -> None:
    frame = pl.DataFrame(
        {"low_share": [1 / 3, None], "need_index": [1.25, 2.0], "is_late": [True, False], "days_count": [41, 56]}
    )
    made = plain_workbook("T", lines=[], sheets=[PlainSheet("T", "Times", frame)], on=date(2026, 4, 1))
    page = openpyxl.load_workbook(BytesIO(made))["T"]
    assert (page["A4"].value, page["A4"].number_format, page["A5"].value) == (1 / 3, "0.0%", "No figure")
    assert (page["B4"].number_format, page["D4"].number_format) == ("#,##0.00", "General")
    assert (page["C4"].value, page["C5"].value) == ("yes", "no")
