"""A statement as one plain table: a line a row, in pounds, as people read it; the file for systems holds every figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from pbc.reports.hidden_rows import is_hidden
from pbc.reports.plain_files import PlainSheet, plain_csv
from pbc.reports.view import StatementView
from pbc.reports.whole_file import write_whole

CUTS = {
    "total": "Total", "service": "Service", "point_of_delivery": "Kind of activity", "specialty": "Specialty", "provider": "Hospital",
}  # fmt: skip
PERIODS = {"year_to_date": "Year to date", "month": "Month"}
POUNDS = {
    "Cost (£)": "actual_pence", "Budget (£)": "budget_pence", "Over or under (£)": "variance_pence",
    "Same time last year (£)": "previous_year_pence",
}  # fmt: skip


def write_plain(view: StatementView, path: Path) -> None:
    """This writes where a practice stands as CSV in UTF-8: one line of the statement a row, money in pounds, empty where
    there is no figure or, as the column Hidden says, where it is of a few people."""
    rows = [
        _line(view, row)
        for sheet in view.sheets
        if sheet.name == "budget_statements"
        for row in sheet.frame.iter_rows(named=True)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    write_whole("\ufeff".encode() + plain_csv(PlainSheet("plain", view.title, frame)), path=path)


def _line(view: StatementView, row: dict[str, Any]) -> dict[str, Any]:
    pounds = {title: None if row[name] is None else row[name] / 100 for title, name in POUNDS.items()}
    return {
        "Practice": view.practice_name, "Period": PERIODS[row["period"]], "By": CUTS[row["cut"]], "Line": row["item_name"],
        "Count": row["activity_count"], **pounds, "Hidden": "yes" if is_hidden(row, "actual_pence") else "no",
        "Made up": "yes" if view.is_made_up else "no",
    }  # fmt: skip
