"""The stop-loss: how much of one person's cost a practice bears, and what the risk pool bears instead."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.money import LARGEST_PENCE
from pbc.policy.policy import Policy

STUDIED_POUNDS = (20_000, 50_000, 100_000)  # stop-losses for which the study gives defaults


def stop_loss_pounds(policy: Policy, *, on: date) -> int | None:
    """This returns what one person can cost a practice in a year, in pounds of that year; none without a stop-loss.

    A locally agreed sum stands as agreed; the default is at 2017/18 prices and follows the price index.
    Source: rules.md R3.4, chance.md 5.1.
    """
    if not policy.switch("risk.stop_loss_applies", on=on):
        return None
    threshold = policy.value("risk.stop_loss_pounds", on=on)
    pounds = policy.ratio("risk.stop_loss_pounds", on=on)
    return round(pounds if threshold.status == "local_agreement" else pounds * policy.ratio("risk.price_index", on=on))


def cap_pence(policy: Policy, *, on: date) -> int:
    """This returns the stop-loss in pence; where there is none, more than anybody costs."""
    pounds = stop_loss_pounds(policy, on=on)
    return LARGEST_PENCE if pounds is None else pounds * 100


def studied_stop_loss(pounds: float) -> int | None:
    """This returns the studied stop-loss to take defaults from: the next one up, so that no band is drawn too narrow.

    >>> studied_stop_loss(17_400), studied_stop_loss(30_000), studied_stop_loss(500_000)
    (20000, 50000, None)
    """
    return next((studied for studied in STUDIED_POUNDS if pounds <= studied), None)


def cede_excess(positions: pl.DataFrame, *, person_spread: pl.DataFrame) -> pl.DataFrame:
    """This returns BUDGET_POSITIONS with what the stop-loss takes off each practice, from PERSON_SPREAD of the same year.

    Grain in and out: one row per practice. A practice without people in PERSON_SPREAD cedes nothing.
    Source: chance.md 5.1 and 5.3.
    """
    ceded = person_spread.select(
        "financial_year", "practice_code", (pl.col("ceded_pounds") * 100).round().cast(pl.Int64).alias("ceded_pence")
    )
    joined = positions.drop("ceded_pence").join(ceded, on=["financial_year", "practice_code"], how="left")
    return joined.with_columns(pl.col("ceded_pence").fill_null(0)).select(positions.columns)
