"""What may be released of freed-up resources before the year is final, and what is held back until it is."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from pbc.errors import RefusedInput
from pbc.money import share_out
from pbc.periods import FinancialYear
from pbc.policy.policy import Policy
from pbc.tables import FREED_UP_RESOURCES, YEAR_END_RELEASES

CLOSING_ESTIMATE, FROZEN, FINAL = "closing_estimate", "frozen", "final"
POSITIONS = (CLOSING_ESTIMATE, FROZEN, FINAL)
RELEASE_SHARE = "savings.release_share"
_UNIT = ["unit_kind", "unit_code"]


def split_release(
    freed: pl.DataFrame, *, position: str, year: FinancialYear, policy: Policy, before: pl.DataFrame | None = None
) -> pl.DataFrame:
    """This returns the table year_end_releases of a position: released before and now, held back, released too much.

    Grain in: FREED_UP_RESOURCES of the position, of which the basis shared counts; `before`: YEAR_END_RELEASES of the
    position before. Part of what practices keep is released on the closing estimate, by the policy value
    `savings.release_share`, the rest held back; nothing more at the frozen position; all that is left at the final one. What
    was released is never less than before: where a later position gives less, the difference is told and stays released.
    A unit that no longer holds a budget keeps its row. Pence, halves by largest remainder. Source: decision methods/0169.
    """
    if position not in POSITIONS:
        raise RefusedInput("A year has no such position.", found=position, expected=", ".join(POSITIONS))
    first = Fraction(str(policy.ratio(RELEASE_SHARE, on=year.start)))
    share = {CLOSING_ESTIMATE: first, FROZEN: Fraction(0), FINAL: Fraction(1)}[position]
    shared = FREED_UP_RESOURCES.conform(freed).filter("is_shared").select(*_UNIT, "retained_pence")
    earlier = YEAR_END_RELEASES.empty() if before is None else before
    joined = (
        shared.join(earlier.select(*_UNIT, "released_pence"), on=_UNIT, how="full", coalesce=True)
        .with_columns(pl.col("retained_pence", "released_pence").fill_null(0))
        .rename({"released_pence": "released_before_pence"})
        .sort(_UNIT)
    )
    due = [share_out(amount, [share, 1 - share], keys=[0, 1])[0] for amount in joined["retained_pence"].to_list()]
    told = joined.with_columns(pl.Series("due", due, pl.Int64)).with_columns(
        (pl.col("due") - pl.col("released_before_pence")).clip(0).alias("released_now_pence")
    )
    released = pl.col("released_before_pence") + pl.col("released_now_pence")
    kept = pl.col("retained_pence")
    return YEAR_END_RELEASES.conform(
        told.with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.lit(position).alias("position"),
            pl.lit(float(first if position == FROZEN else share)).alias("release_share"),
            released.alias("released_pence"),
            (kept - released).clip(0).alias("held_back_pence"),
            (released - kept).clip(0).alias("over_released_pence"),
            pl.lit("part released on the closing estimate, the rest at the final position").alias("rule"),
            pl.lit(RELEASE_SHARE).alias("parameter"),
        )
    ).sort(YEAR_END_RELEASES.key)
