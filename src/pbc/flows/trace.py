"""What walking back from a figure needs: published sets read once, rows found by key, sets followed through receipts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from pbc.flows.completeness import told_left_out
from pbc.flows.gather_statement import named_input
from pbc.flows.read_statements import StatementReader
from pbc.flows.shelf import inputs_of, names_of
from pbc.methods.attribution.successions import trace_successions
from pbc.methods.statements.add_up import carry_successions
from pbc.methods.statements.left_out import flag_left_out, list_places
from pbc.periods import Month
from pbc.policy.policy import Policy, load_policy, regimes
from pbc.reports.explanation import Part
from pbc.results import Figure, PublishedSet, Store
from pbc.tables import ALL, POOLED
from pbc.tables.contract import Column, Kind

Row = dict[str, Any]
RECORDS = ("month", "practice_code", "provider_code", "point_of_delivery", "treatment_function_code", "hrg_code")
MANY = 50_000  # rows: a table of more is not read whole to find one of them
OTHER_VALUES = "The rule values in hand are not those this set was made with;"
GENERALISED = ("treatment_function_code", "hrg_code")


class Archive:
    """A store whose tables are read at most once: for explaining many figures of one statement.

    `reader` makes the pages on which figures stand; where pages are read anyway it is theirs, so that nothing is made twice.
    """

    def __init__(self, store: Store, *, reader: StatementReader | None = None) -> None:
        self.store, self.reader = store, reader or StatementReader(store)
        self.shelf = self.reader.shelf
        self._frames: dict[tuple[str, str, str], pl.DataFrame] = {}
        self._rows: dict[tuple[str, str, str], dict[tuple[str, ...], Row]] = {}
        self._cells: dict[tuple[str, str, str], pl.DataFrame] = {}
        self._inputs: dict[tuple[str, str], list[PublishedSet]] = {}
        self._nearest: dict[tuple[str, str, str], PublishedSet | None] = {}
        self._current: dict[str, str | None] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._policies: dict[str, Policy] = {}

    def inputs(self, published: PublishedSet) -> list[PublishedSet]:
        """This returns the sets that a receipt names."""
        known = (published.name, published.set_id)
        if known not in self._inputs:
            self._inputs[known] = inputs_of(self.store, published)
        return self._inputs[known]

    def input(self, published: PublishedSet, kind: str) -> PublishedSet | None:
        """This returns the nearest input of a kind, through inputs of inputs, or None."""
        known = (published.name, published.set_id, kind)
        if known not in self._nearest:
            self._nearest[known] = named_input(self.store, published, kind=kind)
        return self._nearest[known]

    def current_id(self, name: str) -> str | None:
        """This returns the id of the set in force under a name, or None."""
        if name not in self._current:
            found = self.store.find(name)
            self._current[name] = found.set_id if found else None
        return self._current[name]

    def policy(self, regime: str) -> Policy | None:
        """This returns a regime's own rule values, or None where a set names no regime."""
        if regime not in regimes():
            return None
        if regime not in self._policies:
            self._policies[regime] = load_policy(regime)
        return self._policies[regime]

    def deliveries(self, published: PublishedSet, kind: str) -> list[PublishedSet]:
        """This returns all direct inputs of a kind, oldest delivery first."""
        found = [each for each in self.inputs(published) if each.name.startswith(f"{kind}/")]
        return sorted(found, key=lambda each: each.name)

    def frame(self, published: PublishedSet, table: str) -> pl.DataFrame:
        """This returns a table of a set, empty where the set does not hold it."""
        known = (published.name, published.set_id, table)
        if known not in self._frames:
            held = table in published.tables
            self._frames[known] = published.frame(table) if held else ALL[table].empty()
        return self._frames[known]

    def row(self, published: PublishedSet, table: str, key: Sequence[str]) -> Row | None:
        """This returns the row of a key, written as figure ids write it, or None."""
        if table in published.tables and published.rows(table) > MANY:
            return _row_of(published, table, key)
        known = (published.name, published.set_id, table)
        if known not in self._rows:
            rows = self.frame(published, table).iter_rows(named=True)
            self._rows[known] = {tuple(str(row[name]) for name in ALL[table].key): row for row in rows}
        return self._rows[known].get(tuple(key))

    def of_practice(self, published: PublishedSet, table: str, practice_code: str) -> pl.DataFrame:
        """This returns the rows of all deliveries behind a set that a practice answers for, mergers carried as there.

        Columns are the table's, with `delivery`, and `year_later`: true for the same months of the year before, judged
        by who answers twelve months on.
        """
        known = (published.name + published.set_id, table, practice_code)
        if known not in self._cells:
            rows = self._carried(published, table, practice_code)
            if table == "activity_cells":
                rows = rows.filter(pl.col("year_later") | ~self.left_out(published))
            self._cells[known] = rows
        return self._cells[known]

    def _carried(self, published: PublishedSet, table: str, practice_code: str) -> pl.DataFrame:
        kind = "prescribing" if table == "prescribing_cells" else "cells"
        successions, family = self.successions(published), self.family(published, practice_code)
        found = [ALL[table].empty().with_columns(delivery=pl.lit(""))]
        for delivery in self.deliveries(published, kind):
            rows = pl.scan_parquet(delivery.files(table)).filter(pl.col("practice_code").is_in(family)).collect()
            found.append(ALL[table].conform(rows).with_columns(delivery=pl.lit(delivery.name)))
        rows = pl.concat(found)
        sides = [
            carry_successions(rows, successions=successions, months_later=later).with_columns(
                year_later=pl.lit(later > 0)
            )
            for later in (0, 12)
        ]
        return pl.concat(sides).filter(pl.col("practice_code") == practice_code)

    def facts_of_practice(
        self, published: PublishedSet, activity: PublishedSet, practice_code: str, *, year_later: bool
    ) -> pl.DataFrame:
        """This returns how many records of a delivery a practice answers for, by `RECORDS`; no record itself is kept.

        Legally restricted kinds are counted under `pooled` alone.
        """
        known = (activity.name + activity.set_id, f"facts{year_later}", practice_code)
        if known not in self._cells:
            restricted = pl.col("is_restricted")
            pooled = [pl.when(restricted).then(pl.lit(POOLED)).otherwise(name).alias(name) for name in GENERALISED]
            rows = (
                pl.scan_parquet(activity.files("activity_facts"))
                .filter(pl.col("practice_code").is_in(self.family(published, practice_code)))
                .with_columns(pooled)
                .group_by(RECORDS)
                .agg(pl.len().cast(pl.Int64).alias("records_count"))
                .collect()
            )
            later = 12 if year_later else 0
            carried = carry_successions(rows, successions=self.successions(published), months_later=later)
            mine = carried.filter(pl.col("practice_code") == practice_code)
            self._cells[known] = mine if year_later else mine.filter(~self.left_out(published))
        return self._cells[known]

    @staticmethod
    def left_out(published: PublishedSet, *, years_before: int = 0) -> pl.Expr:
        """This returns whether a row (`month`, `point_of_delivery`) is of what a partial statement leaves out."""
        return flag_left_out(list_places(told_left_out(published)), years_before=years_before)

    def names(self, published: PublishedSet) -> dict[str, str]:
        """This returns names of organisations by code, as the register behind a set has them."""
        register = self.input(published, "register")
        if register is None:
            return {}
        if register.set_id not in self._names:
            self._names[register.set_id] = names_of(register)
        return self._names[register.set_id]

    def named(self, published: PublishedSet, name: str) -> PublishedSet | None:
        """This returns the input of exactly this name, of the set or of a set it was made from, or None."""
        nearest = self.inputs(published)
        return next((each for each in nearest if each.name == name), None) or next(
            (deep for each in nearest for deep in self.inputs(each) if deep.name == name), None
        )

    def family(self, published: PublishedSet, practice_code: str) -> list[str]:
        """This returns the practice and those it took over, as the register behind a set has them."""
        taken = self.successions(published).filter(pl.col("successor_code") == practice_code)
        return [practice_code, *taken["predecessor_code"].to_list()]

    def successions(self, published: PublishedSet) -> pl.DataFrame:
        """This returns who took over whom, as the register behind a set has it."""
        known = (published.name, published.set_id, "successions")
        if known not in self._frames:
            register = self.input(published, "register")
            frame = self.frame(register, "memberships") if register else ALL["memberships"].empty()
            self._frames[known] = trace_successions(frame)
        return self._frames[known]


def _row_of(published: PublishedSet, table: str, key: Sequence[str]) -> Row | None:
    """One row of a large table, the rest of it left on disk."""
    read: dict[Any, Callable[[str], Any]] = {pl.Int32: int, pl.Int64: int, pl.Date: date.fromisoformat}
    named = zip(ALL[table].key, key, strict=True)
    try:
        wanted = [pl.col(name) == read.get(ALL[table].column(name).polars_type, str)(part) for name, part in named]
    except ValueError:  # a part that is no number or day names no row
        return None
    rows = published.lazy(table).filter(pl.all_horizontal(wanted)).collect()
    return rows.row(0, named=True) if rows.height else None


@dataclass(frozen=True)
class Found:
    """A figure that was looked up: its set, its row, the column that is asked about, and the rules in hand."""

    archive: Archive
    published: PublishedSet
    figure: Figure
    row: Row
    column: Column
    policy: Policy | None = None

    @property
    def value(self) -> Any:
        """The figure itself."""
        return self.row[self.column.name]

    def id_of(self, column: str | None = None, **changes: str) -> str:
        """This returns the id of another column of the row, or of the row whose key differs by `changes`."""
        names = ALL[self.figure.table].key
        key = tuple(changes.get(name, part) for name, part in zip(names, self.figure.key, strict=True))
        return str(Figure(self.figure.set_name, self.figure.set_id, self.figure.table, key, column or self.column.name))

    @cached_property
    def columns(self) -> dict[str, Column]:
        """This returns the columns of the table by name."""
        return {column.name: column for column in ALL[self.figure.table].columns}

    def part(self, column: str, label: str, **changes: str) -> Part:
        """This returns a column of this row, or of a row near it, as a part; a row that is not there is not set."""
        row = self.near(**changes) if changes else self.row
        amount = None if row is None else row[column]
        return Part(label, amount, self.columns[column].kind, self.id_of(column, **changes) if row is not None else "")

    def near(self, **changes: str) -> Row | None:
        """This returns the row whose key differs from this one's by `changes`, or None."""
        names = ALL[self.figure.table].key
        key = [changes.get(name, part) for name, part in zip(names, self.figure.key, strict=True)]
        return self.archive.row(self.published, self.figure.table, key)


@dataclass(frozen=True)
class Query:
    """Which activity records stand behind a figure: those of one practice in some months, kinds, hospital, specialty."""

    practice_code: str
    first: Month
    last: Month
    pods: tuple[str, ...] = ()
    provider_code: str = ""
    treatment_function_code: str = ""
    year_later: bool = False


@dataclass(frozen=True)
class Trace:
    """What a walk back found; `is_sum` where the parts must add up to the figure. `counted` are sentences that count contacts."""

    parts_title: str = ""
    parts: tuple[Part, ...] = ()
    is_sum: bool = False
    sentences: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()
    query: Query | None = None


def published_part(published: PublishedSet, table: str, *, row: Row, column: str, label: str, note: str = "") -> Part:
    """This returns a column of a row of any published table as a part with its figure id."""
    key = tuple(str(row[name]) for name in ALL[table].key)
    kind = ALL[table].column(column).kind
    return Part(label, row[column], kind, str(Figure(published.name, published.set_id, table, key, column)), note)


def total_of(rows: pl.DataFrame, column: str) -> int | float:
    """This returns the sum of a column as a plain number, 0 for no rows."""
    total: int | float = sum(value for value in rows[column].to_list() if value is not None)
    return total


PENCE, COUNT, NUMBER, RATIO = Kind.PENCE, Kind.COUNT, Kind.NUMBER, Kind.RATIO
NOTHING = Trace()
