"""Why a line is over or under its budget: people, activity per person, kind of activity, price (decision 0150)."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pbc.periods import Month
from pbc.tables import VARIANCE_SPLITS

LARGEST_RATIO = 1_000_000  # beyond it the plan was next to nothing and a rate says nothing
CAUSES = ("population_pence", "volume_pence", "case_mix_pence", "price_pence")


def split_variance(lines: pl.DataFrame, *, month: Month) -> pl.DataFrame:
    """This returns the table variance_splits: the variance of each line, year to date, in four causes that add up exactly.

    Grain in and out: one practice and kind of activity, with `budget_pence, planned_activity, planned_list_size,
    list_size, activity_count, plan_price_pence` (the same activity at plan prices) and `cost_pence`. Each cause holds the
    earlier ones at actual and the later at plan, so the four telescope; pennies by largest remainder. Without a list the
    population cause is nought; where no activity was planned, what there is counts as volume. Source: methods.md,
    decisions between sources.

    >>> line = {"practice_code": ["A"], "point_of_delivery": ["DC"], "budget_pence": [1000], "planned_activity": [10.0],
    ...     "planned_list_size": [100.0], "list_size": [110.0], "activity_count": [12], "plan_price_pence": [1260],
    ...     "cost_pence": [1300]}
    >>> split_variance(pl.DataFrame(line), month=Month(2009, 9)).row(0)[4:]
    (100, 100, 60, 40)
    """
    budget = lines["budget_pence"].cast(pl.Float64).to_numpy()
    at_plan, cost = (lines[name].cast(pl.Float64).to_numpy() for name in ("plan_price_pence", "cost_pence"))
    peopled = budget * _ratio(lines, "list_size", "planned_list_size")
    counted = budget * _ratio(lines, "activity_count", "planned_activity")
    counted = np.where(np.isnan(counted), at_plan, counted)
    peopled = np.where(np.isnan(peopled), budget, peopled)
    points = np.column_stack([budget, peopled, counted, at_plan, cost])
    variance = (lines["cost_pence"] - lines["budget_pence"]).to_numpy()
    parts = whole_parts(np.diff(points, axis=1), totals=variance)
    return VARIANCE_SPLITS.conform(
        lines.select(
            pl.lit(month.number).alias("statement_month"),
            "practice_code",
            "point_of_delivery",
            (pl.col("cost_pence") - pl.col("budget_pence")).alias("variance_pence"),
            *[pl.Series(name, parts[:, at]) for at, name in enumerate(CAUSES)],
        ).sort("practice_code", "point_of_delivery")
    )


def _ratio(lines: pl.DataFrame, actual: str, planned: str) -> NDArray[np.float64]:
    """Actual over planned; not a number where next to nothing was planned or either is unknown."""
    ratio = pl.when(pl.col(planned) * LARGEST_RATIO > pl.col(actual).cast(pl.Float64)).then(
        pl.col(actual) / pl.col(planned)
    )
    return lines.select(ratio.cast(pl.Float64).fill_null(float("nan")).alias("ratio"))["ratio"].to_numpy()


def whole_parts(parts: NDArray[np.float64], *, totals: NDArray[np.int64]) -> NDArray[np.int64]:
    """This returns signed parts in whole numbers, each row summing to its total, by largest remainder.

    >>> whole_parts(np.array([[0.4, 0.4, 0.2], [-1.5, 0.75, 2.75]]), totals=np.array([1, 2])).tolist()
    [[1, 0, 0], [-2, 1, 3]]
    """
    floors = np.floor(parts + 1e-9).astype(np.int64)
    left = totals - floors.sum(axis=1)
    order = np.argsort(floors - parts, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    each, over = np.divmod(left, parts.shape[1])
    whole: NDArray[np.int64] = floors + each[:, None] + (rank < over[:, None])
    return whole
