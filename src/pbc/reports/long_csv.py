"""A statement as CSV: one row a figure, in pence, each with the id that explains it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pbc.reports.hidden_rows import is_hidden
from pbc.reports.view import Sheet, StatementView
from pbc.reports.whole_file import write_whole
from pbc.tables.contract import Column, Kind

COLUMNS = (
    "table", "month", "practice_code", "practice_name", "period", "cut", "item", "item_name", "measure", "value", "unit",
    "is_made_up", "is_partial", "is_hidden", "figure_id",
)  # fmt: skip
UNITS = {Kind.PENCE: "pence", Kind.COUNT: "count", Kind.DAYS: "days", Kind.RATIO: "ratio", Kind.NUMBER: "number"}
OWN_COLUMNS = ("statement_month", "month", "practice_code", "period", "cut", "item", "item_name", "financial_year")
RISKY = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """This returns text that a spreadsheet will not run: a leading = + - @, tab or return gets an apostrophe before it.

    >>> inert("=cmd|' /C calc'!A0"), inert("Elm Tree Surgery")
    ("'=cmd|' /C calc'!A0", 'Elm Tree Surgery')
    """
    return f"'{text}" if text.startswith(RISKY) else text


def figure_rows(view: StatementView) -> Iterator[dict[str, Any]]:
    """This yields every figure of the statement: pence as whole numbers, empty where not set or, as `is_hidden` tells, hidden."""
    for sheet in view.sheets:
        measures = [column for column in sheet.table.columns if _is_measure(sheet, column)]
        for row in sheet.frame.iter_rows(named=True):
            for column in measures:
                yield _figure(view, sheet, row, column)


def _is_measure(sheet: Sheet, column: Column) -> bool:
    return column.kind in UNITS and column.name not in sheet.table.key and column.name != "sequence"


def _figure(view: StatementView, sheet: Sheet, row: dict[str, Any], column: Column) -> dict[str, Any]:
    others = [str(row[name]) for name in sheet.table.key if name not in OWN_COLUMNS]
    return {
        "table": sheet.name,
        "month": row.get("month") or row.get("statement_month") or row.get("financial_year"),
        "practice_code": inert(str(row.get("practice_code") or view.practice_code)),
        "practice_name": inert(view.practice_name),
        "period": row.get("period", ""),
        "cut": row.get("cut") or " ".join(name for name in sheet.table.key if name not in OWN_COLUMNS),
        "item": inert(str(row.get("item") or " ".join(others))),
        "item_name": inert(str(row.get("item_name") or "")),
        "measure": column.name,
        "value": "" if row[column.name] is None else row[column.name],
        "unit": UNITS[column.kind],
        "is_made_up": "yes" if view.is_made_up else "no",
        "is_partial": "yes" if view.is_partial else "no",
        "is_hidden": "yes" if is_hidden(row, column.name) else "no",
        "figure_id": f"{row['figure_id']}:{column.name}",
    }


def write_csv(view: StatementView, path: Path, *, with_mark: bool = True) -> None:
    """This writes a statement as CSV in UTF-8; `with_mark` puts the byte-order mark that spreadsheets want in front."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(figure_rows(view))
    write_whole(text.getvalue().encode("utf-8-sig" if with_mark else "utf-8"), path=path)
