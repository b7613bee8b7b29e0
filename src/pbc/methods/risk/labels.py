"""Which side of which limit a unit stands, decided on unrounded figures; a value on a limit is inside."""

from __future__ import annotations

import polars as pl

from pbc.stats.bands import Z_95

INSIDE, BETWEEN, OUTSIDE = "inside_chance", "outside_chance_inside_outer", "outside_outer"
NOT_JUDGED = "not_judged"
OWN_INSIDE, OWN_BELOW, OWN_ABOVE, OWN_NOT_SHOWN = "inside", "outside_below", "outside_above", "not_shown"


def label_bands(drawn: pl.DataFrame, *, least_months: int) -> pl.DataFrame:
    """This returns the units with label, own_label, why one is not judged, and limits rounded to pence, empty where not judged.

    Grain in and out: one row per unit. Limits come in pounds, unrounded. Source: chance.md 5.2 (formulas 4, 11), 5.3.
    """
    actual = pl.col("actual_pence") / 100
    reason = (
        pl.when(pl.col("budget_at_chance_pence") <= 0)
        .then(pl.lit("no_activity"))
        .when(pl.col("months_count") < least_months)
        .then(pl.lit("too_early"))
        .when(pl.col("is_too_lumpy"))
        .then(pl.lit("too_small"))
        .otherwise(pl.lit(""))
    )
    label = (
        pl.when(reason != "")
        .then(pl.lit(NOT_JUDGED))
        .when(actual.is_between(pl.col("chance_low"), pl.col("chance_high")))
        .then(pl.lit(INSIDE))
        .when(actual.is_between(pl.col("outer_low"), pl.col("outer_high")))
        .then(pl.lit(BETWEEN))
        .otherwise(pl.lit(OUTSIDE))
    )
    own = (
        pl.when(pl.col("own_change_z").is_null() | (reason != ""))
        .then(pl.lit(OWN_NOT_SHOWN))
        .when(pl.col("own_change_z").abs() <= Z_95)
        .then(pl.lit(OWN_INSIDE))
        .when(pl.col("own_change_z") < 0)
        .then(pl.lit(OWN_BELOW))
        .otherwise(pl.lit(OWN_ABOVE))
    )
    limits = [
        pl.when(reason == "").then((pl.col(name) * 100 + 0.5).floor()).cast(pl.Int64).alias(f"{name}_pence")
        for name in ("chance_low", "chance_high", "outer_low", "outer_high")
    ]
    return drawn.with_columns(reason.alias("reason"), label.alias("label"), own.alias("own_label"), *limits)
