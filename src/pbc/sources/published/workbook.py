"""Published workbooks: a sheet as rows of cells, and the workbook's fingerprint."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised
from pbc.sources.file_form import FileForm, require_plain
from pbc.sources.layout import Layout, listed_headings, match_row
from pbc.sources.published.reading import Faults, Text


def read_sheet(path: Path, sheet: int | str) -> list[tuple[Any, ...]]:
    """This returns every row of a sheet (by place or name) as values; a file that is no workbook is refused."""
    import openpyxl  # wanted only where a workbook is read
    from openpyxl.utils.exceptions import InvalidFileException

    require_plain(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise RefusedInput(
            "This file cannot be read as a workbook.", where=path.name, found="something else, or a workbook cut short",
            expected="an .xlsx workbook as published", remedy="Get it again from its publisher.",
        ) from error  # fmt: skip
    try:
        names = book.sheetnames
        if isinstance(sheet, str) and sheet not in names:
            raise RefusedInput("The workbook lacks a sheet.", where=path.name, found=", ".join(names), expected=sheet)
        rows = list(book[sheet if isinstance(sheet, str) else names[sheet]].iter_rows(values_only=True))
    finally:
        book.close()
    if not rows:
        raise RefusedInput("This sheet is empty.", where=f"{path.name}, {sheet}")
    return rows


def read_sheet_as_text(path: Path, layout: Layout, *, faults: Faults | None = None) -> Text:
    """This returns the first sheet as text columns of a layout, with `row_number`; rows wholly empty are left out."""
    sheet = read_sheet(path, 0)
    match = match_row([str(cell or "") for cell in sheet[0]], layout)
    if not match.fits:
        raise RefusedInput(
            "This workbook does not have the columns needed.", where=f"{path.name}, row 1",
            found=listed_headings(
                [str(cell or "") for cell in sheet[0]], [name for column in layout.columns for name in column.known_as]
            ),
            expected=", ".join(match.missing),
        )  # fmt: skip
    schema = {"row_number": pl.Int64, **dict.fromkeys(match.positions, pl.String)}
    rows = [
        (number, *(str(row[at] or "").strip() or None for at in match.positions.values()))
        for number, row in enumerate(sheet[1:], start=2)
        if any(cell not in (None, "") for cell in row)
    ]
    form = FileForm(path, "xlsx", fingerprint_of(path), path.stat().st_size)
    headings = tuple(str(cell or "") for cell in sheet[0])
    recognised = Recognised(layout, form, headings, match.positions)
    return Text(recognised, pl.DataFrame(rows, schema=schema, orient="row"), faults)


def fingerprint_of(path: Path) -> str:
    """This returns the SHA-256 of the workbook's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
