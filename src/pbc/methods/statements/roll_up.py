"""Practices' statements added up to clusters, commissioners and regions, exactly, with what stands beside them."""

from __future__ import annotations

from typing import Any

import polars as pl

from pbc.tables import TIER_STATEMENTS

APART, BILL = "apart", "bill"
UNBUDGETED = "unbudgeted"
UNITS = ("unit_kind", "unit_code")
_LINE = (*UNITS, "period", "cut", "item")
APART_COLUMNS: dict[str, Any] = {
    "unit_kind": pl.String, "unit_code": pl.String, "period": pl.String, "item": pl.String, "activity_count": pl.Int64,
    "actual_pence": pl.Int64,
}  # fmt: skip


def add_up_tiers(statements: pl.DataFrame, *, units: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """This returns the table tier_statements: each line of the practices' statements added up over each unit's practices.

    Grain in: BUDGET_STATEMENTS of one month. `units`: `practice_code, unit_kind, unit_code`, each practice once in every
    kind. `apart`: `unit_kind, unit_code, period, item, activity_count, actual_pence`, what no practice's statement holds:
    care not attributed, and contract terms. Services without a budget stand outside every total and are put apart here.
    The bill is total and apart together. Pence; units of a kind add up to the same. Source: decision architecture/0190.
    """
    placed = statements.join(units, on="practice_code", maintain_order="left")
    sums = [_sum_of(name) for name in ("budget_pence", "variance_pence", "year_budget_pence", "forecast_outturn_pence")]
    whole = [_whole_of(name) for name in ("activity_count", "previous_year_pence")]
    bare = pl.col("budget_pence").is_null()
    added = placed.group_by(_LINE).agg(
        pl.len().cast(pl.Int64).alias("practices_count"),
        pl.col("actual_pence").sum(),
        pl.col("actual_pence").filter(bare).sum().alias("unbudgeted_pence"),
        *sums,
        *whole,
    )
    beside = pl.concat([_shaped(apart), _unbudgeted(added)]).filter(pl.col("actual_pence") != 0)
    month = pl.lit(statements["statement_month"].first(), dtype=pl.Int32).alias("statement_month")
    told = pl.concat([added, _apart(beside), _bill(added, beside)], how="diagonal_relaxed")
    told = told.with_columns(month, pl.col("practices_count", "unbudgeted_pence").fill_null(0))
    return TIER_STATEMENTS.conform(told).sort(TIER_STATEMENTS.key)


def _shaped(apart: pl.DataFrame) -> pl.DataFrame:
    return apart.select(pl.col(name).cast(kind) for name, kind in APART_COLUMNS.items())


def _sum_of(name: str) -> pl.Expr:
    """The sum of those there are, nothing where there is none."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _whole_of(name: str) -> pl.Expr:
    """A sum that would mislead with a part missing."""
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)


def _unbudgeted(added: pl.DataFrame) -> pl.DataFrame:
    """What services cost beyond the total: those that nobody budgets are shown on their own lines and left out of it."""
    key = [*UNITS, "period"]
    services, totals = (
        added.filter(pl.col("cut") == cut).group_by(key).agg(pl.col("actual_pence").sum())
        for cut in ("service", "total")
    )
    beyond = services.join(totals, on=key, how="left", suffix="_total").with_columns(
        pl.col("actual_pence") - pl.col("actual_pence_total").fill_null(0),
        pl.lit(UNBUDGETED).alias("item"),
        pl.lit(None, dtype=pl.Int64).alias("activity_count"),
    )
    return _shaped(beyond)


def _apart(beside: pl.DataFrame) -> pl.DataFrame:
    key = [*UNITS, "period", "item"]
    sums = beside.group_by(key).agg(pl.col("actual_pence").sum(), _sum_of("activity_count"))
    return sums.with_columns(pl.lit(APART).alias("cut"))


def _bill(added: pl.DataFrame, beside: pl.DataFrame) -> pl.DataFrame:
    names = [*UNITS, "period", "actual_pence"]
    both = pl.concat([added.filter(pl.col("cut") == "total").select(names), beside.select(names)])
    sums = both.group_by(names[:-1]).agg(pl.col("actual_pence").sum())
    return sums.with_columns(pl.lit(BILL).alias("cut"), pl.lit("all").alias("item"))
