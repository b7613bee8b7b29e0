"""Neighbourhood pots as a workbook: cover, notes, then one table a sheet, each row with its source and figure id.

Laid out as the Government Analysis Function asks of statistics in spreadsheets: no merged or empty cells to step over, one
table a sheet and marked as one, words for what is missing, everything about the figures on the notes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pbc.periods import FinancialYear
from pbc.reports.budgets.pots import SHEETS, PotsMaterial, PotsView, build_pots
from pbc.reports.sheets import sheet_title
from pbc.reports.view import Sheet
from pbc.reports.workbook import Book
from pbc.tables import ALL


def write_pots_workbook(material: PotsMaterial, *, mark: str = "") -> bytes:
    """This returns the workbook of a set of neighbourhood pots as the bytes of its file; the same set is the same bytes.

    `mark`, such as "not payable", stands on the cover and in the title of every sheet.
    """
    view = build_pots(material)
    said = f". {mark}" if mark else ""
    sheets = tuple(Sheet(name, f"{title}{said}", ALL[name], material.tables[name]) for name, title in SHEETS.items())
    shown = tuple(sheet for sheet in sheets if sheet.frame.height)
    start = FinancialYear.parse(material.year).start
    made = datetime(start.year, start.month, start.day, tzinfo=UTC)
    book = Book(title=view.title, made=made, is_made_up=view.is_made_up)
    book.words("Cover", _cover(view, shown, mark))
    book.words("Notes", _notes(view))
    for sheet in shown:
        book.sheet(sheet)
    book.page_table("Unusual lists", view.unusual, note="The published formula is least sure of these.")
    return book.close()


def _cover(view: PotsView, sheets: tuple[Sheet, ...], mark: str) -> list[str]:
    marked = [mark] if mark else []
    lines = [f"{view.title}: pots shared by need, {view.year}", *marked, *view.notes[-1].sentences]
    lines += [f"{line.label}: {line.figure} ({line.words})" for line in view.headlines]
    lines += ["Sheets:", "Notes: how to read the figures, and what they do not know"]
    lines += [f"{sheet_title(sheet.name)}: {sheet.title}" for sheet in sheets]
    return [*lines, f"Unusual lists: {view.unusual.caption}"]


def _notes(view: PotsView) -> list[str]:
    lines = ["Notes"]
    for paragraph in (*view.paragraphs, *view.notes):
        lines += [f"{paragraph.heading}:", *paragraph.sentences]
    return lines
