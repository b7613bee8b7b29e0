"""What changed in months already reported, and why."""

from __future__ import annotations

import polars as pl

from pbc.periods import Month
from pbc.tables import RESTATED_MONTHS

_KEY = ["practice_code", "month", "point_of_delivery"]


def list_restated_months(
    now: pl.DataFrame, *, before: pl.DataFrame, reasons: pl.DataFrame, month: Month
) -> pl.DataFrame:
    """This returns the table restated_months: earlier months of this year whose count or cost is no longer what it was.

    `now` and `before`: `practice_code, month, point_of_delivery, activity_count, cost_pence` as this statement and the
    previous one knew them; months the previous one did not reach are not restated and must not be in either.
    `reasons`: the same key and a `reason` for each source of change; several are joined.
    """
    sums = pl.col("activity_count", "cost_pence").sum()
    joined = (
        now.group_by(_KEY)
        .agg(sums.name.suffix("_now"))
        .join(before.group_by(_KEY).agg(sums.name.suffix("_before")), on=_KEY, how="full", coalesce=True)
        .with_columns(pl.selectors.numeric().fill_null(0))
    )
    counts, costs = (pl.col(f"{name}_now") != pl.col(f"{name}_before") for name in ("activity_count", "cost_pence"))
    why = reasons.group_by(_KEY).agg(pl.col("reason").unique().sort().str.join(", "))
    return RESTATED_MONTHS.conform(
        joined.filter(counts | costs)
        .join(why, on=_KEY, how="left")
        .select(
            pl.lit(month.number).alias("statement_month"),
            *_KEY,
            pl.col("activity_count_before").alias("activity_before"),
            pl.col("activity_count_now").alias("activity_now"),
            pl.col("cost_pence_before").alias("before_pence"),
            pl.col("cost_pence_now").alias("now_pence"),
            pl.col("reason").fill_null("late rows"),
        )
        .sort(_KEY)
    )
