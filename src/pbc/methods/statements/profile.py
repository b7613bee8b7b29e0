"""The year of a budget spread over kinds of activity and months, and the activity it would buy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear, Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.tables import BUDGET_PROFILES

Amounts = NDArray[np.float64]
Pence = NDArray[np.int64]
BOOKED = ("DC", "EL", "OPFA", "OPFUP", "OPPROC")  # done on working days; the rest arrives on any day
APPORTIONED = "apportioned"
METHODS = ("seasonal", "days", "equal")


def share_months(past: pl.DataFrame, *, year: FinancialYear, kinds: list[str], method: str) -> dict[str, Amounts]:
    """This returns, for each kind of activity, the share of the year that falls in each month, April first.

    `seasonal`: past cost per day of each month of the year (averaged over the years held) times the days of this year's
    month; working days (Monday to Friday, bank holidays not taken out) for booked care, calendar days for the rest.
    `days`: days alone, also used where a kind has no full past year. `equal`: twelfths. Shares of a kind sum to one.
    `past`: `month, point_of_delivery, cost_pence` of whole years. Source: methods.md 3.18 (simple profile method).
    """
    if method not in METHODS:
        raise RefusedInput("This is not a way to profile a budget.", found=method, expected=", ".join(METHODS))
    months = list(year.months())
    shares = {}
    for kind in kinds:
        days = np.array([count_days(month, booked=kind in BOOKED) for month in months], dtype=np.float64)
        daily = _daily_cost(past.filter(pl.col("point_of_delivery") == kind), booked=kind in BOOKED)
        seasonal = method == "seasonal" and daily is not None
        weights = days * daily if seasonal and daily is not None else np.ones(12) if method == "equal" else days
        shares[kind] = weights / weights.sum()
    return shares


def _daily_cost(past: pl.DataFrame, *, booked: bool) -> Amounts | None:
    """Cost a day by month of the year, each past year first brought to the same total; None without a whole year."""
    by_month = past.group_by("month").agg(pl.col("cost_pence").sum()).sort("month", descending=True)
    held = [(Month.from_number(number), float(cost)) for number, cost in by_month.iter_rows()]
    runs = [held[start : start + 12] for start in range(0, len(held) - 11, 12)]
    whole = [run for run in runs if run[0][0] == run[-1][0].plus(11) and all(cost > 0 for _, cost in run)]
    if not whole:
        return None
    daily = np.zeros(12)
    for run in whole:
        total = sum(cost for _, cost in run)
        for month, cost in run:
            daily[month.month_of_year - 1] += cost / total / count_days(month, booked=booked) / len(whole)
    return daily


def count_days(month: Month, *, booked: bool) -> int:
    """This returns the days of a month, or if booked those from Monday to Friday.

    >>> count_days(Month(2009, 4), booked=False), count_days(Month(2009, 4), booked=True)
    (30, 22)
    """
    first, after = month.start, month.end + timedelta(days=1)
    return int(np.busday_count(first, after)) if booked else (after - first).days


def share_rows(totals: Pence, weights: Amounts) -> Pence:
    """This returns each total shared over its row of weights in whole pence by largest remainder: rows sum exactly.

    >>> share_rows(np.array([100, 7]), np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 0.0]])).tolist()
    [[34, 33, 33], [0, 7, 0]]
    """
    sums = weights.sum(axis=1, keepdims=True)
    quotas = totals[:, None] * np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    parts = np.floor(quotas).astype(np.int64)
    left = totals - parts.sum(axis=1)
    order = np.argsort(parts - quotas, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    given: Pence = parts + (rank < left[:, None])
    return given


def profile_budgets(
    budgets: pl.DataFrame,
    *,
    year: FinancialYear,
    past: pl.DataFrame,
    month_shares: Mapping[str, Amounts],
    list_sizes: pl.DataFrame,
) -> pl.DataFrame:
    """This returns the table budget_profiles: every budget over its kinds of activity and months, to the penny.

    `budgets`: `practice_code, service, payment_form, budget_pence`. `past`: twelve months of `practice_code,
    point_of_delivery, activity_count, cost_pence` at this year's prices. A service's budget goes to its kinds as the
    practice's own past cost did, else as the commissioner's; without any past a service of several kinds stays whole and
    stands under its own name. Planned activity is what the budget buys at the average price of that past.
    `list_sizes`: `practice_code, planned_list_size`.
    """
    kinds = _split_over_kinds(budgets, past)
    shares = (
        np.vstack([month_shares[kind] for kind in kinds["point_of_delivery"]]) if kinds.height else np.zeros((0, 12))
    )
    spread = share_rows(kinds["budget_pence"].to_numpy(), shares)
    months = [month.number for month in year.months()]
    long = (
        kinds.drop("budget_pence")
        .with_columns(pl.Series(str(number), spread[:, at]) for at, number in enumerate(months))
        .unpivot(
            [str(number) for number in months],
            index=["practice_code", "service", "point_of_delivery", "payment_form", "unit_price_pence"],
            variable_name="month",
            value_name="budget_pence",
        )
    )
    return BUDGET_PROFILES.conform(
        long.join(list_sizes, on="practice_code", how="left")
        .with_columns(
            pl.lit(year.slug).alias("financial_year"),
            pl.col("month").cast(pl.Int32),
            (pl.col("budget_pence") / pl.col("unit_price_pence")).alias("planned_activity"),
        )
        .sort("practice_code", "service", "point_of_delivery", "month")
    )


def list_kinds(service: str) -> list[str]:
    """This returns the kinds of activity that a service line is made of."""
    return [kind.code for kind in POINTS_OF_DELIVERY.values() if kind.service == service]


def _split_over_kinds(budgets: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    parts = [
        _split_service(part.sort("practice_code"), past) for part in budgets.sort("service").partition_by("service")
    ]
    return pl.concat(parts)


def _split_service(budgets: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    service = budgets["service"][0]
    kinds = list_kinds(service)
    held = past.filter(pl.col("point_of_delivery").is_in(kinds))
    everyone = held.group_by("point_of_delivery").agg(pl.col("activity_count", "cost_pence").sum())
    if len(kinds) > 1 and not everyone["cost_pence"].sum():
        kinds = [service]
    common = np.array([_sum_of(everyone, kind) for kind in kinds], dtype=np.float64)
    own = np.column_stack([_column_of(budgets, held, kind, "cost_pence") for kind in kinds])
    weights = np.where(own.sum(axis=1, keepdims=True) > 0, own, common if common.sum() > 0 else 1.0)
    spread = share_rows(budgets["budget_pence"].to_numpy(), weights)
    prices = _prices(budgets, held, everyone, kinds)
    frames = [
        budgets.with_columns(
            pl.lit(kind).alias("point_of_delivery"),
            pl.Series("budget_pence", spread[:, at]),
            pl.Series("unit_price_pence", prices[:, at]).fill_nan(None),
        )
        for at, kind in enumerate(kinds)
    ]
    columns = ["practice_code", "service", "point_of_delivery", "payment_form", "budget_pence", "unit_price_pence"]
    return pl.concat(frame.select(columns) for frame in frames)


def _sum_of(everyone: pl.DataFrame, kind: str, measure: str = "cost_pence") -> float:
    return float(everyone.filter(pl.col("point_of_delivery") == kind)[measure].sum())


def _column_of(budgets: pl.DataFrame, held: pl.DataFrame, kind: str, measure: str) -> Amounts:
    one = held.filter(pl.col("point_of_delivery") == kind).group_by("practice_code").agg(pl.col(measure).sum())
    joined = budgets.join(one, on="practice_code", how="left", maintain_order="left")
    return joined[measure].fill_null(0).cast(pl.Float64).to_numpy()


def _prices(budgets: pl.DataFrame, held: pl.DataFrame, everyone: pl.DataFrame, kinds: list[str]) -> Amounts:
    """Average price of each practice and kind, in pence; the commissioner's where it has none; not a number without any."""
    columns = []
    for kind in kinds:
        cost, count = (_column_of(budgets, held, kind, measure) for measure in ("cost_pence", "activity_count"))
        common_count = _sum_of(everyone, kind, "activity_count")
        common = _sum_of(everyone, kind) / common_count if common_count > 0 else np.nan
        priced = (count > 0) & (cost > 0)
        columns.append(np.where(priced, np.divide(cost, count, out=np.ones_like(cost), where=priced), common or np.nan))
    return np.column_stack(columns)
