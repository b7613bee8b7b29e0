"""Prescribing shared by need: what each practice would have spent, had its commissioner's own total followed need."""

from __future__ import annotations

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.fair_shares import share_by_weight


def share_prescribing(spending: pl.DataFrame, *, lists: pl.DataFrame) -> pl.DataFrame:
    """This returns actual cost against fair share by practice and month; both add up to what was really spent.

    Grain in: spending, one practice and month with net_ingredient_cost_pence; lists, one practice of one commissioner
    with prescribing_weighted_population. Grain out: one practice and month of the spending: practice_code, month,
    actual_pence, fair_share_pence, variance_pence (positive: above its share). Each month's own total is shared, so
    that a dear month is nobody's fault. Only practices with a list share and are shared with; one without spending in
    the year is refused, because its share would be taken from the others. Pence, net ingredient cost.

    >>> spending = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "month": [201901, 201901],
    ...     "net_ingredient_cost_pence": [700, 301]})
    >>> lists = pl.DataFrame({"practice_code": ["Z90001", "Z90002"], "prescribing_weighted_population": [60.0, 40.0]})
    >>> share_prescribing(spending, lists=lists).select("fair_share_pence", "variance_pence").rows()
    [(601, 99), (400, -99)]
    """
    silent = lists.join(spending, on="practice_code", how="anti")
    if silent.height:
        raise RefusedInput(
            "A practice with a list has no prescribing in this file.", where=f"practice {silent['practice_code'][0]}",
            expected="spending for each practice", remedy="Leave it out of the comparison, or find its spending.",
        )  # fmt: skip
    members = lists.sort("practice_code").select("practice_code", "prescribing_weighted_population")
    spent = spending.join(members, on="practice_code", how="semi")
    months = spent.group_by("month").agg(pl.col("net_ingredient_cost_pence").sum()).sort("month")
    shares = [
        share_by_weight(members, total_pence=total, weight="prescribing_weighted_population").select(
            "practice_code",
            pl.lit(month, pl.Int32).alias("month"),
            pl.col("amount_pence").alias("fair_share_pence"),
        )
        for month, total in months.iter_rows()
    ]
    actual = spent.group_by("practice_code", pl.col("month").cast(pl.Int32)).agg(
        pl.col("net_ingredient_cost_pence").sum().alias("actual_pence")
    )
    return (
        pl.concat(shares)
        .join(actual, on=["practice_code", "month"], how="left")
        .with_columns(pl.col("actual_pence").fill_null(0))
        .with_columns((pl.col("actual_pence") - pl.col("fair_share_pence")).alias("variance_pence"))
        .select("practice_code", "month", "actual_pence", "fair_share_pence", "variance_pence")
        .sort("practice_code", "month")
    )
