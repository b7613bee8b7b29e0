"""Published workbooks: a sheet as rows of cells, and the workbook's fingerprint."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pbc.errors import RefusedInput


def read_sheet(path: Path, sheet: int | str) -> list[tuple[Any, ...]]:
    """This returns every row of a sheet (by place or name) as values; a file that is no workbook is refused."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise RefusedInput(
            "This file cannot be read as a workbook.", where=path.name, found=type(error).__name__,
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


def fingerprint_of(path: Path) -> str:
    """This returns the SHA-256 of the workbook's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
