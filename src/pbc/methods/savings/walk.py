"""The walk of a practice's year from one position of its closing to the next: each cause in pence, adding up exactly."""

from __future__ import annotations

import polars as pl

from pbc.periods import FinancialYear
from pbc.tables import BUDGET_POSITIONS, YEAR_END_WALKS

PRICE, BILL = "price", "bill"
_SUMS = (
    "activity_budget_pence", "prescribing_budget_pence", "activity_actual_pence", "price_effect_pence",
    "prescribing_actual_pence", "bill_adjustment_pence",
)  # fmt: skip


def trace_positions(
    now: pl.DataFrame, *, before: pl.DataFrame, late: pl.DataFrame, position: str, year: FinancialYear
) -> pl.DataFrame:
    """This returns the table year_end_walks: why each practice stands otherwise than at the position before.

    Grain in: BUDGET_POSITIONS of both positions, one row per practice; `late`: `practice_code, plan_price_pence`, the
    activity that came with deliveries read now and not before, at plan prices. Under budget is above nought. What moved
    activity beyond that is restatement: deliveries sent again, a changed register, the stop-loss. A practice at one
    position only stands at nothing at the other. Pence; before and the causes sum to now. Source: decision methods/0169.
    """
    sides = [_amounts(rows, suffix) for rows, suffix in ((now, "_now"), (before, "_then"))]
    joined = sides[0].join(sides[1], on="practice_code", how="full", coalesce=True)
    both = joined.join(late.select("practice_code", "plan_price_pence"), on="practice_code", how="left").fill_null(0)
    moved = {name: pl.col(f"{name}_now") - pl.col(f"{name}_then") for name in _SUMS}
    came = pl.col("plan_price_pence")
    causes = both.with_columns(
        (moved["activity_budget_pence"] + moved["prescribing_budget_pence"]).alias("budget_pence"),
        (-came).alias("late_data_pence"),
        (came - moved["activity_actual_pence"]).alias("restatement_pence"),
        (-moved["prescribing_actual_pence"]).alias("prescribing_pence"),
        (-moved["price_effect_pence"]).alias("price_pence"),
    )
    rows = [
        causes.with_columns(
            pl.lit(basis).alias("basis"),
            (-moved["bill_adjustment_pence"] if basis == BILL else pl.lit(0, pl.Int64)).alias("terms_pence"),
            _under("_then", basis).alias("before_pence"),
            _under("_now", basis).alias("now_pence"),
        )
        for basis in (PRICE, BILL)
    ]
    told = pl.concat(rows).with_columns(pl.lit(year.slug).alias("financial_year"), pl.lit(position).alias("position"))
    return YEAR_END_WALKS.conform(told).sort(YEAR_END_WALKS.key)


def _amounts(positions: pl.DataFrame, suffix: str) -> pl.DataFrame:
    held = BUDGET_POSITIONS.conform(positions).select("practice_code", *_SUMS)
    return held.with_columns(pl.col(_SUMS).fill_null(0)).rename({name: f"{name}{suffix}" for name in _SUMS})


def _under(suffix: str, basis: str) -> pl.Expr:
    budget = pl.col(f"activity_budget_pence{suffix}") + pl.col(f"prescribing_budget_pence{suffix}")
    spent = pl.sum_horizontal(
        f"{name}{suffix}" for name in ("activity_actual_pence", "price_effect_pence", "prescribing_actual_pence")
    )
    return budget - spent - (pl.col(f"bill_adjustment_pence{suffix}") if basis == BILL else 0)
