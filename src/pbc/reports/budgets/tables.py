"""Tables about budgets in which every figure can be explained: a printed table with the figure id of each cell beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pbc.money import MINUS, pounds
from pbc.reports.amounts import NO_FIGURE, percent
from pbc.reports.view import Head, PageTable

Row = Mapping[str, Any]
UNKNOWN = "Not known"


@dataclass(frozen=True)
class FigureTable:
    """A table as printed, and for each row and cell the figure id that explains it, empty where a cell is no figure."""

    page: PageTable
    figure_ids: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> dict[tuple[int, int], str]:
        """The figure id of each cell that has one, by row and column."""
        held = enumerate(self.figure_ids)
        return {(at, column): figure for at, row in held for column, figure in enumerate(row) if figure}


@dataclass(frozen=True)
class FigureColumn:
    """A column of a table of figures: its heading, the column of the published row, and how a value is printed."""

    title: str
    column: str
    say: Callable[[Row], str]
    is_number: bool = True


def lay_out(
    rows: Iterable[Row], *, name: str, caption: str, columns: tuple[FigureColumn, ...], first: Head,
    label: Callable[[Row], str], note: str = "",
) -> FigureTable:  # fmt: skip
    """This returns rows of one published table as printed, each figure with its id; the first cell of a row is its name."""
    held = list(rows)
    body = tuple((label(row), *(column.say(row) for column in columns)) for row in held)
    ids = tuple(("", *(figure(row, column.column) for column in columns)) for row in held)
    heads = (first, *(Head(column.title, column.is_number) for column in columns))
    return FigureTable(PageTable(name, caption, heads, body, note=note), ids)


def figure(row: Row, column: str) -> str:
    """This returns the id of one figure of a row that carries the row's id, or nothing where the figure is not known."""
    return f"{row['figure_id']}:{column}" if row[column] is not None else ""


def money(column: str) -> Callable[[Row], str]:
    """This returns how to print a column of pence: whole pounds, or words where there are none."""
    return lambda row: NO_FIGURE if row[column] is None else pounds(row[column])


def index(column: str) -> Callable[[Row], str]:
    """This returns how to print a need index: two decimals."""
    return lambda row: UNKNOWN if row[column] is None else f"{row[column]:.2f}"


def distance(column: str) -> Callable[[Row], str]:
    """This returns how to print a distance from fair share: a percentage and its side."""
    return lambda row: distance_in_words(row[column])


def distance_in_words(ratio: float | None) -> str:
    """This returns a distance from fair share in words.

    >>> distance_in_words(0.0421), distance_in_words(-0.3), distance_in_words(0.0004), distance_in_words(None)
    ('4.2% over', '30.0% under', 'At fair share', 'Not known')
    """
    if ratio is None:
        return UNKNOWN
    size = percent(abs(ratio))
    return "At fair share" if size == percent(0.0) else f"{size} {'over' if ratio > 0 else 'under'}"


def signed_pounds(pence: int) -> str:
    """This returns a change in whole pounds with its sign, nought without.

    >>> signed_pounds(123_450), signed_pounds(-100), signed_pounds(3)
    ('+£1,235', '−£1', '£0')
    """
    said = pounds(pence)
    return said if pence <= 0 or said == "£0" or said.startswith(MINUS) else f"+{said}"
