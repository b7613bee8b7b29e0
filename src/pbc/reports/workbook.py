"""A statement as a workbook: cover, notes, then one table a sheet. Text is written as text, so a formula in a name is inert."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pbc.periods import Month
from pbc.reference.activity import SERVICES
from pbc.reports.amounts import NO_FIGURE
from pbc.reports.hidden_rows import NAMES
from pbc.reports.luck import LABELS
from pbc.reports.sheets import sheet_title
from pbc.reports.view import PageTable, Sheet, StatementView
from pbc.reports.whole_file import write_whole
from pbc.tables.contract import Column, Kind

NUMBERS = (Kind.COUNT, Kind.DAYS, Kind.PENCE, Kind.RATIO, Kind.NUMBER, Kind.ID)
MADE_UP = "Made-up data: no figure here describes a real practice, patient or hospital."
CARRIES_SMALL = "For those entitled in the practice. It carries small counts: do not pass it on, do not publish it."
MADE_UP_COLUMN = "is_made_up"
ENGINE_WORD = re.compile(r"[a-z]+(?:_[a-z]+)+")
HEADING_ROW = 2  # the title stands in A1, a note in A2, the headings in row 3


class Book:
    """Writes the sheets of one workbook, in the order they are asked for; `close` gives its bytes.

    `made` is the date the file carries: the same content is the same bytes at any hour.
    """

    def __init__(self, *, title: str, made: datetime, is_made_up: bool) -> None:
        import xlsxwriter  # wanted only where a workbook is written

        self.is_made_up, self.buffer = is_made_up, BytesIO()
        inert = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
        self.book = xlsxwriter.Workbook(self.buffer, inert)
        self.book.set_properties({"title": title, "created": made})
        plain = {"font_name": "Arial", "font_size": 11, "valign": "top"}
        self.text = self.book.add_format(plain)
        self.wrapped = self.book.add_format({**plain, "text_wrap": True})
        self.title = self.book.add_format({**plain, "bold": True, "font_size": 16})
        self.heading = self.book.add_format({**plain, "bold": True, "text_wrap": True, "bottom": 1})
        self.pounds = self.book.add_format({**plain, "num_format": "#,##0.00"})
        self.whole = self.book.add_format({**plain, "num_format": "#,##0"})
        self.ratio = self.book.add_format({**plain, "num_format": "0.0000"})

    def close(self) -> bytes:
        """This returns the whole workbook as the bytes of its file."""
        self.book.close()
        return self.buffer.getvalue()

    def words(self, name: str, lines: list[str]) -> None:
        """This writes a sheet of sentences, the first of them its title."""
        page = self.book.add_worksheet(name)
        page.set_column(0, 0, 110)
        for row, line in enumerate(lines):
            page.write_string(row, 0, line, self.title if row == 0 else self.wrapped)

    def sheet(self, sheet: Sheet) -> None:
        """This writes one published table, every row with its figure id."""
        page = self.book.add_worksheet(sheet_title(sheet.name))
        page.write_string(0, 0, sheet.title, self.title)
        page.write_string(1, 0, _note(sheet), self.text)
        heads = _headings(sheet, is_made_up=self.is_made_up)
        columns = {column.name: column for column in sheet.table.columns}
        for at, (name, title) in enumerate(heads):
            page.set_column(at, at, _width(name, columns.get(name.removesuffix("|pounds"))))
            values = _values(sheet, name)
            for row, value in enumerate(values, start=HEADING_ROW + 1):
                self._cell(page, row, at, name, columns.get(name.removesuffix("|pounds")), value)
            page.write_string(HEADING_ROW, at, title, self.heading)
        self._frame(page, sheet.name, [title for _, title in heads], sheet.frame.height)

    def _frame(self, page: Any, name: str, titles: list[str], height: int) -> None:
        area = (HEADING_ROW, 0, HEADING_ROW + max(height, 1), len(titles) - 1)
        columns = [{"header": title, "header_format": self.heading} for title in titles]
        table_name = f"{re.sub('[^a-z]', '_', name.lower())}_table"
        page.add_table(*area, {"name": table_name, "columns": columns, "style": None, "autofilter": True})
        page.freeze_panes(HEADING_ROW + 1, 0)

    def _cell(self, page: Any, row: int, at: int, name: str, column: Column | None, value: Any) -> None:
        if value is None:
            _write_nothing(page, row, at, column, self.text)
        elif name.endswith("|pounds"):
            page.write_number(row, at, value / 100, self.pounds)
        elif column is not None and column.kind in NUMBERS:
            numbers = self.whole if isinstance(value, int) else self.ratio
            page.write_number(row, at, value, numbers)
        elif column is not None and column.kind is Kind.FLAG:
            page.write_string(row, at, "yes" if value else "no", self.text)
        else:
            page.write_string(row, at, str(value), self.text)

    def page_table(self, name: str, table: PageTable, *, note: str) -> None:
        """This writes a table as a page prints it."""
        page = self.book.add_worksheet(name)
        page.write_string(0, 0, table.caption, self.title)
        page.write_string(1, 0, note, self.text)
        for at, head in enumerate(table.heads):
            page.set_column(at, at, 40)
            for row, cells in enumerate(table.rows, start=HEADING_ROW + 1):
                page.write_string(row, at, cells[at], self.text)
            page.write_string(HEADING_ROW, at, head.title, self.heading)
        self._frame(page, name, [head.title for head in table.heads], len(table.rows))


def _note(sheet: Sheet) -> str:
    numbers = [column.name for column in sheet.table.columns if column.kind in NUMBERS]
    hidden = " or hidden" if _hides(sheet) else ""
    empty = f" An empty cell holds no figure: not set, not measured, not held{hidden}; it is not 0."
    has_empty = any(sheet.frame[name].null_count() for name in numbers)
    return f"One row per {sheet.table.grain}. Pounds and pence say the same.{empty if has_empty else ''}"


def _values(sheet: Sheet, name: str) -> list[Any]:
    if name == MADE_UP_COLUMN:
        return ["yes"] * sheet.frame.height
    if name == NAMES:
        return [_in_words(named) for named in sheet.frame[NAMES].to_list()]
    values = sheet.frame[name.removesuffix("|pounds")].to_list()
    return [_words(value) for value in values] if name in _coded(sheet) else values


def _hides(sheet: Sheet) -> bool:
    return NAMES in sheet.frame.columns and bool(sheet.frame[NAMES].fill_null("").ne("").any())


def _in_words(named: str | None) -> str:
    """The figures hidden on a row, as their columns are headed.

    >>> _in_words("activity_count, actual_pence"), _in_words("")
    ('Activity count, actual', '')
    """
    words = [name.removesuffix("_pence").replace("_", " ") for name in (named or "").split(", ")]
    return ", ".join(words).capitalize()


def _coded(sheet: Sheet) -> list[str]:
    """Columns of the engine's own words: names of rule values are addresses, to be found in the last sheet and explained."""
    return [column.name for column in sheet.table.columns if column.kind is Kind.CODE and column.name != "parameter"]


def _words(code: Any) -> Any:
    """A code of the engine as people say it; the NHS's own codes and figures stay as they are.

    >>> _words("inside_chance"), _words("planned_care"), _words("year_to_date"), _words("NELNE"), _words(3)
    ('Within what luck explains', 'Planned hospital care', 'Year to date', 'NELNE', 3)
    """
    if not isinstance(code, str):
        return code
    known = LABELS.get(code) or (SERVICES[code].title if code in SERVICES else None)
    return known or (code.replace("_", " ").capitalize() if ENGINE_WORD.fullmatch(code) else code)


def _write_nothing(page: Any, row: int, at: int, column: Column | None, text: Any) -> None:
    """A column of figures keeps to figures, so that it can be added up; words say it elsewhere."""
    if column is not None and column.kind in NUMBERS:
        page.write_blank(row, at, None, text)
    else:
        page.write_string(row, at, NO_FIGURE, text)


def _headings(sheet: Sheet, *, is_made_up: bool) -> list[tuple[str, str]]:
    heads: list[tuple[str, str]] = []
    for column in sheet.table.columns:
        title = column.name.removesuffix("_pence").replace("_", " ").capitalize()
        if column.kind is Kind.PENCE:
            heads += [(f"{column.name}|pounds", f"{title} (£)"), (column.name, f"{title} (pence)")]
        else:
            heads.append((column.name, title))
        if column.name == "item" and "item_name" in sheet.frame.columns:
            heads.append(("item_name", "Item name"))
    marked = [(NAMES, "Hidden as of a few people")] if _hides(sheet) else []
    marked += [(MADE_UP_COLUMN, "Made up")] if is_made_up else []
    return [*heads, *marked, ("figure_id", "Figure id")]


def _width(name: str, column: Column | None) -> int:
    if name == "figure_id":
        return 80
    if name == "item_name" or (column is not None and column.kind is Kind.TEXT):
        return 34
    return 16


def _cover(view: StatementView) -> list[str]:
    status = "Provisional: later data will change it." if view.is_provisional else "Final."
    lines = [f"{view.title}: {view.practice_name}", *([MADE_UP] if view.is_made_up else []), status]
    lines += [f"{view.partial.heading}.", *view.partial.sentences] if view.is_partial else []
    lines += [f"{label}: {value}" for label, value in view.facts]
    lines += [f"{line.label}: {line.figure} ({line.words})" for line in view.headlines]
    lines += [CARRIES_SMALL] if view.has_small_counts else []
    lines += ["Sheets:", "Notes: what changed, the statement in sentences, how to read the figures"]
    return lines + [f"{sheet_title(sheet.name)}: {sheet.title}" for sheet in view.sheets]


def _notes(view: StatementView) -> list[str]:
    lines = ["Notes"]
    for paragraph in (view.warning, view.changed, *view.paragraphs, *view.notes):
        lines += [f"{paragraph.heading}:", *paragraph.sentences, *paragraph.more] if paragraph.sentences else []
    return lines


def write_workbook(view: StatementView, path: Path) -> None:
    """This writes a statement as XLSX; it carries the end of its month as its date."""
    end = Month.parse(view.month).end
    made = datetime(end.year, end.month, end.day, tzinfo=UTC)
    book = Book(title=f"{view.title}, {view.practice_name}", made=made, is_made_up=view.is_made_up)
    book.words("Cover", _cover(view))
    book.words("Notes", _notes(view))
    for sheet in view.sheets:
        book.sheet(sheet)
    if view.policy_table is not None:
        book.page_table("Rule values", view.policy_table, note="Values not read in a source are marked.")
    write_whole(book.close(), path=path)
