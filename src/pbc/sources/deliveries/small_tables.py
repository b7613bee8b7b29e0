"""Small delivered tables whose columns are those of a hallway table: organisations, tariffs, weighted lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from pbc.engines.connection import fetch_frame
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, looking, recognise, refusing_bad_rows, require_every_row
from pbc.sources.deliveries.bundle import Bundle
from pbc.sources.deliveries.checks import LATEST
from pbc.sources.deliveries.judging import bad_cells_sql, doubtful_sql
from pbc.sources.deliveries.shape import Shape
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import Layout, LayoutColumn
from pbc.sources.rejects import RULES, empty_rejects
from pbc.tables import REJECTED_ROWS, Column, Kind, Table
from pbc.tables.rejected_rows import safe_value


@dataclass
class ReadTable:
    """What a small table held: a frame of the table's columns, the rows refused, fingerprints and counts."""

    frame: pl.DataFrame
    rejected: pl.DataFrame
    fingerprints: dict[str, str]
    counts: dict[str, int]


def layout_of(table: Table) -> Layout:
    """This returns the layout of a CSV whose headings are the columns of a hallway table."""
    return Layout(table.name, f"Table of {table.name}", tuple(map(_layout_column, table.columns)), "pbc", table.name)


def _layout_column(column: Column) -> LayoutColumn:
    kind = "signed" if column.kind is Kind.COUNT and column.minimum is None else _KIND_OF[column.kind]
    return LayoutColumn(
        column.name, (column.name,), kind, not column.nullable, 0, _PATTERN_OF.get(column.kind, ""),
        column.meaning, column.nullable, column.allowed,
    )  # fmt: skip


_KIND_OF = {
    Kind.CODE: "code", Kind.TEXT: "text", Kind.DATE: "date", Kind.MONTH: "month", Kind.YEAR: "code", Kind.ID: "whole",
    Kind.COUNT: "whole", Kind.DAYS: "whole", Kind.PENCE: "pence", Kind.RATIO: "number", Kind.NUMBER: "number",
    Kind.FLAG: "flag",
}  # fmt: skip
_PATTERN_OF = {Kind.YEAR: "(19|20)[0-9]{2}-[0-9]{2}"}


def read_table_file(path: Path, table: Table, *, delivery: str, headings: Sequence[HeadingMap] = ()) -> ReadTable:
    """This returns a small CSV or Parquet file as a frame of `table`, its rows checked one by one and then as a whole.

    Rows with a bad cell are told one by one; a key that comes twice, or a value outside the table's bounds, refuses the
    file. To take a table in, ask for it whole: `read_whole_table`.
    """
    read, good = _judge(path, table, delivery, headings)
    _require(read.frame, good, table, path)
    return read


def check_table_file(path: Path, table: Table, *, delivery: str, headings: Sequence[HeadingMap] = ()) -> ReadTable:
    """This returns the same for a check, which refuses nothing whole: every row but the first of a key that comes twice, and
    every value outside the table's bounds, is told by row like a bad cell."""
    read, good = _judge(path, table, delivery, headings)
    told = pl.concat([read.rejected, *_repeated(good, table), *_outside(good, table)])
    rejected = told.with_columns(pl.lit(f"{delivery}/{path.name}").alias("delivery")).sort(REJECTED_ROWS.key)
    refused = rejected["row_number"].n_unique()
    delivered = read.counts["delivered"]
    return replace(
        read, rejected=rejected, counts={"delivered": delivered, "accepted": delivered - refused, "refused": refused}
    )


def _judge(path: Path, table: Table, delivery: str, headings: Sequence[HeadingMap]) -> tuple[ReadTable, pl.DataFrame]:
    """The table as its good rows make it, and those rows with their numbers."""
    recognised = recognise(path, [layout_of(table)], maps=headings)
    shape = Shape(table, {}, (), person="")
    with refusing_bad_rows(recognised), looking().cursor() as connection:
        judged = doubtful_sql(Bundle((recognised,), (0,)), shape=shape, latest=LATEST)
        connection.execute(f"CREATE TEMP TABLE judged AS {judged}")
        rows = fetch_frame(connection, "SELECT * FROM judged")
        require_every_row(recognised, rows_count=rows.height)
        rejected = _rejected(connection, recognised, shape, f"{delivery}/{path.name}")
    good = rows.filter("is_good")
    frame = table.conform(good)
    counts = {"delivered": rows.height, "accepted": frame.height, "refused": rows.height - frame.height}
    prints = {path.name: recognised.form.sha256}
    prints |= {f"headings of {path.name}": recognised.read_by.fingerprint} if recognised.read_by else {}
    return ReadTable(frame, rejected, prints, counts), good


def _repeated(good: pl.DataFrame, table: Table) -> Iterator[pl.DataFrame]:
    if table.key:
        again = good.sort("row_number").filter(~pl.struct(table.key).is_first_distinct())
        found = again.select("row_number", pl.concat_str(_shown_key(table), separator=" ").alias("value_found"))
        yield _as_told(
            found, table, table.key[0], "duplicate_key", f"each {' and '.join(table.key)} once",
            "Delete one of them: which is right is not guessed.",
        )  # fmt: skip


def _shown_key(table: Table) -> list[pl.Expr]:
    return [safe_value(pl.col(name).cast(pl.String)).alias(name) for name in table.key]


def _outside(good: pl.DataFrame, table: Table) -> Iterator[pl.DataFrame]:
    bounds = [(column.name, "negative_number", pl.Expr.lt, column.minimum, "or more") for column in table.columns]
    bounds += [(column.name, "too_large", pl.Expr.gt, column.maximum, "or less") for column in table.columns]
    for name, rule, is_outside, bound, words in bounds:
        if bound is not None:
            value = pl.col(name)
            found = good.filter(is_outside(value, bound)).select(
                "row_number", safe_value(value.cast(pl.String)).alias("value_found")
            )
            yield _as_told(found, table, name, rule, f"{bound:,.10g} {words}", "Correct the cell.")


def _as_told(found: pl.DataFrame, table: Table, column: str, rule: str, expected: str, remedy: str) -> pl.DataFrame:
    words = {
        "delivery": "", "table_name": table.name, "column_name": column, "rule": rule, "value_expected": expected,
        "remedy": remedy,
    }  # fmt: skip
    return REJECTED_ROWS.conform(found.with_columns(pl.lit(text).alias(name) for name, text in words.items()))


def read_whole_table(path: Path, table: Table, *, delivery: str, headings: Sequence[HeadingMap] = ()) -> ReadTable:
    """This returns a small table every row of which was accepted; one bad row refuses the file, naming the first of them.

    Half a price list, or a register without one of its practices, is worse than none: it would cost and count wrongly
    without a sign of it.
    """
    read = read_table_file(path, table, delivery=delivery, headings=headings)
    bad = read.rejected.sort("row_number", maintain_order=True)
    if not bad.is_empty():
        first, more = bad.row(0, named=True), bad["row_number"].n_unique() - 1
        others = f"{more:,} more row{'s are' if more > 1 else ' is'} refused; " if more else ""
        raise RefusedInput(
            "A row of this table cannot be read, so none of it is taken in.",
            where=f"{path.name}, row {first['row_number']:,}, {first['column_name']}",
            found=first["value_found"] or "an empty cell", expected=first["value_expected"],
            remedy=f"{first['remedy']} {others}pbc check lists every fault.",
        )  # fmt: skip
    return read


def _rejected(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, shape: Shape, delivery: str
) -> pl.DataFrame:
    def ask(sql: str) -> Sequence[bool]:
        return connection.execute(sql).fetchall()[0]

    bad = bad_cells_sql(recognised, shape=shape, latest=LATEST, ask=ask, rows="judged")
    if not bad:
        return empty_rejects()
    table, rule = shape.table, pl.col("rule")
    lists = {c.name: f"one of {', '.join(c.allowed)}" for c in table.columns if c.allowed}
    refused = fetch_frame(connection, " UNION ALL ".join(bad)).with_columns(
        delivery=pl.lit(delivery),
        table_name=pl.lit(table.name),
        value_expected=pl.when(rule == "unknown_code")
        .then(pl.col("column_name").replace_strict(lists, default=None, return_dtype=pl.String))
        .otherwise(_of_rule({name: each.expected for name, each in RULES.items()})),
        remedy=_of_rule({name: each.remedy for name, each in RULES.items()}),
    )
    return REJECTED_ROWS.conform(refused).sort(REJECTED_ROWS.key)


def _of_rule(words: Mapping[str, str]) -> pl.Expr:
    return pl.col("rule").replace_strict(words, return_dtype=pl.String)


def _require(frame: pl.DataFrame, good: pl.DataFrame, table: Table, path: Path) -> None:
    doubled = good.filter(good.select(table.key).is_duplicated()) if table.key else good.clear()
    if not doubled.is_empty():
        first = doubled.sort("row_number").head(2)
        raise RefusedInput(
            "Two rows have the same key.", f"{path.name}, rows {' and '.join(map(str, first['row_number']))}",
            ", ".join(first.select(_shown_key(table)).row(0)), f"each {' and '.join(table.key)} once",
            "Delete one of them: which is right is not guessed.",
        )  # fmt: skip
    table.require(frame, where=path.name)
