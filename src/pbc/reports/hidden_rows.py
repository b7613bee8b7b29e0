"""Published rows as a reader may see them: hidden figures empty, named in the column `hidden`; counts rounded by the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from pbc.stats.small_numbers import SmallNumbers
from pbc.tables import ALL
from pbc.tables.contract import Kind

NAMES = "hidden"  # the column that names, on each row, the figures hidden on it
STAR = "*"


def is_hidden(row: Mapping[str, Any], column: str) -> bool:
    """This returns whether a figure of a row is hidden.

    >>> is_hidden({"cost_pence": None, "hidden": "activity_count, cost_pence"}, "cost_pence"), is_hidden({"cost_pence": None}, "cost_pence")
    (True, False)
    """
    return column in str(row.get(NAMES) or "").split(", ")


def said(row: Mapping[str, Any], column: str, *, say: Callable[[Any], str]) -> str:
    """This returns a figure in words, `*` where it is hidden.

    >>> said({"items": 3}, "items", say=str), said({"items": None, "hidden": "items"}, "items", say=str)
    ('3', '*')
    """
    return STAR if is_hidden(row, column) else say(row[column])


def blank(rows: pl.DataFrame, columns: Sequence[str], *, where: pl.Expr) -> pl.DataFrame:
    """This returns rows with some figures hidden where a test holds: those that are set, and not nought of nobody.

    >>> rows = pl.DataFrame({"cost_pence": [100, 900], "is_few": [True, False]})
    >>> blank(rows, ["cost_pence"], where=pl.col("is_few")).rows()
    [(None, True, 'cost_pence'), (900, False, '')]
    """
    before = pl.col(NAMES) if NAMES in rows.columns else pl.lit("")
    named = [
        before,
        *(pl.when(where & pl.col(name).is_not_null()).then(pl.lit(name)).otherwise(pl.lit("")) for name in columns),
    ]
    joined = pl.concat_list(named).list.eval(pl.element().filter(pl.element() != "")).list.join(", ")
    emptied = [pl.when(where).then(None).otherwise(pl.col(name)).alias(name) for name in columns]
    return rows.with_columns(*emptied, joined.alias(NAMES))


def rounded(rows: pl.DataFrame, table: str, *, rule: SmallNumbers) -> pl.DataFrame:
    """This returns rows with the counts of contacts and people that are still shown rounded by the rule."""
    counts = [column.name for column in ALL[table].columns if column.kind is Kind.COUNT and column.name in PEOPLE]
    half = rule.nearest // 2
    return rows.with_columns((pl.col(name) + half) // rule.nearest * rule.nearest for name in counts)


def sum_or_none(name: str) -> pl.Expr:
    """This returns a sum that is missing where a part of it is."""
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)


# Rows a file was refused for are the file's, not people: they are told as they are, alike on every tier.
PEOPLE = (
    "activity_count", "previous_year_activity", "activity_before", "activity_now", "persons_count", "usual_count",
)  # fmt: skip


def small(column: str, *, rule: SmallNumbers) -> pl.Expr:
    """This returns the test of a count too small to show."""
    return pl.col(column).is_not_null() & (pl.col(column) != 0) & (pl.col(column).abs() < rule.smallest_shown)
