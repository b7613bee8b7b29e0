"""Naming differences so that the next run knows them again, and how long each has been open."""

from __future__ import annotations

import polars as pl

from pbc.methods.reconciliation.steps import name_difference
from pbc.periods import Month
from pbc.tables import RECONCILIATION_ITEMS


def age_items(items: pl.DataFrame, *, month: Month, earlier: pl.DataFrame) -> pl.DataFrame:
    """This returns RECONCILIATION_ITEMS of a month: each with its id, and the month it was first seen.

    `earlier`: RECONCILIATION_ITEMS of the reconciliation before, of the same year; empty where there is none. A difference
    that is settled is not carried; one that comes back later is new. Source: decision methods/0183.
    """
    year = month.financial_year
    parts = ("commissioner_code", "provider_code", "step", "item")
    ids = [name_difference(year, row[:2], step=row[2], item=row[3]) for row in items.select(parts).iter_rows()]
    named = items.with_columns(
        pl.Series("difference_id", ids, dtype=pl.String), pl.lit(month.number, dtype=pl.Int32).alias("statement_month")
    )
    seen = earlier.group_by("difference_id").agg(pl.col("first_seen_month").min())
    aged = named.join(seen, on="difference_id", how="left").with_columns(
        pl.col("first_seen_month").fill_null(month.number)
    )
    return RECONCILIATION_ITEMS.conform(_once(aged).sort(RECONCILIATION_ITEMS.key))


def _once(items: pl.DataFrame) -> pl.DataFrame:
    """What one practice carries of one difference is one row, though two charges or lines be behind it."""
    sums = ("ours_pence", "charged_pence", "difference_pence")
    others = [name for name in RECONCILIATION_ITEMS.names if name not in (*RECONCILIATION_ITEMS.key, *sums)]
    firsts = [pl.col(name).sort_by("reason").first() for name in others]
    return items.group_by(RECONCILIATION_ITEMS.key).agg(*[pl.col(name).sum() for name in sums], *firsts)
