"""Tables of a page as files: what is shown is what is handed out, amounts as numbers."""

from __future__ import annotations

import re

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import pence_typed_by_a_person
from pbc.reports.plain_files import PENCE, PlainSheet
from pbc.reports.view import PageTable

LONGEST = 31  # what a spreadsheet lets the name of a sheet be


def sheet_of(table: PageTable) -> PlainSheet:
    """This returns a page's table as a file's sheet: columns of pounds as integer pence, counts as numbers, the rest as words.

    >>> from pbc.reports.view import Head
    >>> heads = (Head("Step"), Head("To final", True), Head("Items", True))
    >>> sheet_of(PageTable("walk", "A walk", heads, (("Paid in", "£1,204.50", "1,204"),))).frame.rows(named=True)
    [{'step': 'Paid in', 'to_final_pence': 120450, 'items': 1204}]
    """
    columns: dict[str, pl.Series] = {}
    for at, head in enumerate(table.heads):
        name = "_".join(re.findall(r"[a-z0-9]+", head.title.lower())) or f"column_{at + 1}"
        cells = [row[at] for row in table.rows]
        pence, counts = _pence(cells), _counts(cells)
        if head.is_number and pence is not None:
            columns[name + PENCE] = pl.Series(pence, dtype=pl.Int64)
        else:
            columns[name] = pl.Series(counts if head.is_number and counts is not None else cells)
    return PlainSheet(table.name[:LONGEST], table.caption, pl.DataFrame(columns))


def _pence(cells: list[str]) -> list[int] | None:
    if not all("£" in each for each in cells):
        return None
    try:
        return [pence_typed_by_a_person(each) for each in cells]
    except RefusedInput:
        return None


def _counts(cells: list[str]) -> list[int] | None:
    plain = [each.replace(",", "") for each in cells]
    return [int(each) for each in plain] if all(each.isdecimal() for each in plain) else None
