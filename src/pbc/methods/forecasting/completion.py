"""How a month fills up: late rows come with later deliveries, and by how much is told by months that are full."""

from __future__ import annotations

import polars as pl

from pbc.periods import Month
from pbc.tables import DATA_AGES

COUNTS = {"delivered": pl.Int32, "month": pl.Int32, "setting": pl.String, "activity_count": pl.Int64}
_RATIO = "completion_ratio"


def measure_completion(counts: pl.DataFrame, *, reached: Month, full_after: int) -> pl.DataFrame:
    """This returns which part of a month has come so many months after it, of what comes in the end, by kind of delivery.

    Grain in: `COUNTS`, one row per delivery (its month), month of care and kind of delivery, of deliveries up to
    `reached`. Grain out: `setting, lag_months, completion_ratio, months_count`; lags from 0 to `full_after`, at which a
    month counts as full (ratio 1). Only months whose own delivery came and that are full are measured; a kind without one
    has no row. Source: decision methods/0168.

    >>> rows = [(200904, 200904, "outpatients", 98), (200905, 200904, "outpatients", 2)]
    >>> frame = pl.DataFrame(rows, schema=COUNTS, orient="row")
    >>> measure_completion(frame, reached=Month(2009, 6), full_after=1).rows()
    [('outpatients', 0, 0.98, 1), ('outpatients', 1, 1.0, 1)]
    """
    lagged = _full(counts, reached, full_after).with_columns(_lag("delivered").alias("lag"))
    lags = pl.DataFrame({"lag_months": list(range(full_after + 1))}, schema={"lag_months": pl.Int32})
    whole = pl.col("activity_count").sum()
    come = pl.col("activity_count").filter(pl.col("lag") <= pl.col("lag_months")).sum()
    return (
        lagged.join(lags, how="cross")
        .group_by("setting", "lag_months")
        .agg(
            pl.when(pl.col("lag_months").first() == full_after).then(1.0).otherwise(come / whole).alias(_RATIO),
            pl.col("month").n_unique().cast(pl.Int64).alias("months_count"),
        )
        .filter(pl.col(_RATIO).is_finite())
        .sort("setting", "lag_months")
    )


def _months_since(column: str) -> pl.Expr:
    return pl.col(column) // 100 * 12 + pl.col(column) % 100


def _lag(column: str) -> pl.Expr:
    return (_months_since(column) - _months_since("month")).clip(0)


def _full(counts: pl.DataFrame, reached: Month, full_after: int) -> pl.DataFrame:
    """Rows of months long enough past to be full, whose own delivery is held: of others late rows alone may be known."""
    own = counts.filter(pl.col("delivered") == pl.col("month")).select("month", "setting").unique()
    last = reached.plus(-full_after).number
    return counts.filter(pl.col("month") <= last).join(own, on=["month", "setting"], how="semi")


def _days(column: str) -> pl.Expr:
    return pl.date(pl.col(column) // 100, pl.col(column) % 100, 1).dt.month_end().dt.day()


def list_data_ages(counts: pl.DataFrame, *, received: pl.DataFrame, month: Month, full_after: int) -> pl.DataFrame:
    """This returns the table data_ages: how much of each month of the year to date is held, against what is usual by now.

    `counts`: as `measure_completion` takes them. `received`: `month, setting, received_at, refused_count, is_left_out`, one
    row for every month and kind of delivery to be told, also of those that never came. Usual is the median of the full
    months a day, times the days of this month and the part that has usually come by now. Counts of contacts or items.
    Source: decision methods/0168.
    """
    completion = measure_completion(counts, reached=month, full_after=full_after)
    full = _full(counts, month, full_after).group_by("month", "setting").agg(pl.col("activity_count").sum())
    a_day = pl.col("activity_count") / _days("month")
    usual = full.group_by("setting").agg(a_day.median().alias("full_a_day"))
    held = counts.group_by("month", "setting").agg(pl.col("activity_count").sum())
    reached = pl.lit(month.number, dtype=pl.Int32)
    told = (
        received.join(held, on=["month", "setting"], how="left")
        .with_columns(pl.col("activity_count").fill_null(0), reached.alias("statement_month"))
        .with_columns(_lag("statement_month").clip(0, full_after).cast(pl.Int32).alias("lag_months"))
        .join(completion.drop("months_count"), on=["setting", "lag_months"], how="left")
        .join(usual, on="setting", how="left")
        .with_columns(
            (pl.col("full_a_day") * _days("month") * pl.col(_RATIO)).round().cast(pl.Int64).alias("usual_count")
        )
    )
    share = pl.when(pl.col("usual_count") > 0).then(pl.col("activity_count") / pl.col("usual_count"))
    return DATA_AGES.conform(told.with_columns(share.alias("usual_ratio"))).sort(DATA_AGES.key)
