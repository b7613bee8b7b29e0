"""Tables of a page as files anyone opens: CSV and workbook, text as text, with words that every file must carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import polars as pl

from pbc.reports.safe_csv import make_inert

PENCE, SHARE = "_pence", "_share"
WORDS = (pl.String, pl.Date, pl.Boolean)


@dataclass(frozen=True)
class PlainSheet:
    """One table of a file: short name, title, rows. Columns that end in `_pence` are printed in pounds as well."""

    name: str
    title: str
    frame: pl.DataFrame


def plain_csv(sheet: PlainSheet, *, mark: str = "") -> bytes:
    """This returns a table as CSV in UTF-8. `mark`, such as "not payable", stands in the first column of every row.

    Text that a spreadsheet would run is made inert. Pence stay pence.

    >>> plain_csv(PlainSheet("b", "Budgets", pl.DataFrame({"name": ["=1+1"], "budget_pence": [5]})), mark="Shadow")
    b"status,name,budget_pence\\nShadow,'=1+1,5\\n"
    """
    frame = sheet.frame.select(pl.lit(mark).alias("status"), pl.all()) if mark else sheet.frame
    return make_inert(frame).write_csv().encode("utf-8")


def plain_workbook(
    title: str, *, lines: Sequence[str], sheets: Sequence[PlainSheet], on: date, mark: str = ""
) -> bytes:
    """This returns tables as XLSX: a cover with the lines, then a sheet each, `mark` on the cover and above each table.

    It carries `on` as its date: the same tables are the same bytes at any hour.
    """
    import xlsxwriter  # wanted only where a workbook is written

    buffer = BytesIO()
    inert = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, inert)
    book.set_properties({"title": title, "created": datetime(on.year, on.month, on.day, tzinfo=UTC)})
    plain = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
    looks = {
        "text": book.add_format(plain), "title": book.add_format({**plain, "bold": True, "font_size": 16, "text_wrap": False}),
        "heading": book.add_format({**plain, "bold": True, "bottom": 1}), "pounds": book.add_format({**plain, "num_format": "#,##0.00"}),
        "number": book.add_format(plain), "share": book.add_format({**plain, "num_format": "0.0%"}),
        "fraction": book.add_format({**plain, "num_format": "#,##0.00"}),
    }  # fmt: skip
    cover = book.add_worksheet("Cover")
    cover.set_column(0, 0, 110)
    for at, line in enumerate([title, *([mark] if mark else []), *lines]):
        cover.write_string(at, 0, line, looks["text" if at else "title"])
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, mark, looks)
    book.close()
    return buffer.getvalue()


def _write(page: Any, sheet: PlainSheet, mark: str, looks: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, looks["title"])
    page.write_string(1, 0, mark or "One row for each line.", looks["text"])
    page.freeze_panes(3, 0)
    at = 0
    for name in sheet.frame.columns:
        column = sheet.frame[name]
        values = column.to_list()
        if name.endswith(PENCE):
            _column(
                page,
                at,
                f"{_title(name.removesuffix(PENCE))} (£)",
                [_in_pounds(each) for each in values],
                looks,
                "pounds",
            )
            at += 1
        empty = "None" if column.dtype in WORDS else "No figure"
        _column(page, at, _title(name), values, looks, _look(name, column.dtype), empty)
        at += 1


def _look(name: str, kind: pl.DataType) -> str:
    """How a column's numbers are shown; what a cell holds is never rounded."""
    if name.endswith(SHARE):
        return "share"
    return "fraction" if kind.is_float() else "number"


def _word(value: Any, empty: str) -> str:
    if value is None:
        return empty
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _column(
    page: Any, at: int, title: str, values: list[Any], looks: dict[str, Any], number: str, empty: str = "No figure"
) -> None:
    page.set_column(at, at, 24)
    page.write_string(2, at, title, looks["heading"])
    for row, value in enumerate(values, start=3):
        if isinstance(value, int | float) and not isinstance(value, bool):
            page.write_number(row, at, value, looks[number])
        else:
            page.write_string(row, at, _word(value, empty), looks["text"])


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _in_pounds(pence: int | None) -> float | None:
    return None if pence is None else pence / 100
