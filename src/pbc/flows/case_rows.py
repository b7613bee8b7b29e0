"""A case's own rows: files known by their headings, or rows typed on pages, read by the same readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.delimited import recognise
from pbc.sources.published.cases import (
    read_case_activity_changes,
    read_case_costs,
    read_case_money,
    read_case_options,
)
from pbc.sources.published.reading import Faults, Published, Text, layouts
from pbc.sources.published.typed import TypedRows, read_typed
from pbc.tables import CASE_ACTIVITY_CHANGES, CASE_COSTS, CASE_MONEY, CASE_OPTIONS, REJECTED_ROWS

READERS: Mapping[str, Callable[[Path | Text], Published]] = {
    "case_options": read_case_options,
    "case_costs": read_case_costs,
    "case_activity_changes": read_case_activity_changes,
    "case_money": read_case_money,
}
TABLES = {table.name: table for table in (CASE_OPTIONS, CASE_COSTS, CASE_ACTIVITY_CHANGES, CASE_MONEY)}


@dataclass(frozen=True)
class CaseRows:
    """The four tables of a case, and the fingerprint of each file or typed table for the receipt."""

    options: pl.DataFrame
    costs: pl.DataFrame
    changes: pl.DataFrame
    money: pl.DataFrame
    inputs: Mapping[str, str]

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by name, as they are published with the case."""
        return dict(zip(TABLES, (self.options, self.costs, self.changes, self.money), strict=True))


def read_case(places: Sequence[Path]) -> CaseRows:
    """This returns a case from files, or from every .csv of a folder, each known by its headings.

    Options are needed, the others may be left out. Two files of one kind, or of one name, are refused, and so is the first bad
    row by its number.
    """
    paths = [file for place in places for file in (sorted(place.glob("*.csv")) if place.is_dir() else [place])]
    read: dict[str, Published] = {}
    for path in paths:
        name = recognise(path, layouts(*READERS)).layout.name
        if name in read:
            raise RefusedInput(
                "Two files of a case are of one kind.", where=name, found=f"{read[name].file_name} and {path.name}",
                expected="one file of each kind", remedy="Put the rows of both into one file.",
            )  # fmt: skip
        if path.name in (each.file_name for each in read.values()):
            raise RefusedInput(
                "Two files of a case have one name.", where=str(path), expected="a name each, by which the receipt tells them",
                remedy="Name one of them otherwise.",
            )  # fmt: skip
        read[name] = READERS[name](path)
    return _gathered(read, where=", ".join(map(str, places)))


def type_case(rows: Mapping[str, TypedRows]) -> CaseRows:
    """This returns a case from rows typed on pages, by table name, each row heading to cell: refused as a file would be."""
    return _gathered(_typed(rows), where="the case typed in")


def check_typed_case(rows: Mapping[str, TypedRows]) -> pl.DataFrame:
    """This returns REJECTED_ROWS: every fault of rows typed in, by the rules of their readers; what it all needs is not asked."""
    faults = {name: Faults() for name in rows}
    _typed(rows, faults)
    return pl.concat([REJECTED_ROWS.empty(), *(told.rows for told in faults.values())])


def _typed(rows: Mapping[str, TypedRows], faults: Mapping[str, Faults] | None = None) -> dict[str, Published]:
    told = faults or {}
    return {
        name: READERS[name](read_typed(typed, layout=name, name=f"{name} typed in", faults=told.get(name)))
        for name, typed in rows.items() if typed
    }  # fmt: skip


def _gathered(read: Mapping[str, Published], *, where: str) -> CaseRows:
    if "case_options" not in read or read["case_options"].rows.is_empty():
        raise RefusedInput(
            "A case has no options.", where=where, found=", ".join(sorted(read)) or "nothing", expected="a row for each option",
            remedy="Name each option, doing nothing among them.",
        )  # fmt: skip
    frames = {name: read[name].rows if name in read else table.empty() for name, table in TABLES.items()}
    options, costs, changes, money = frames.values()
    return CaseRows(options, costs, changes, money, {each.file_name: each.fingerprint for each in read.values()})
