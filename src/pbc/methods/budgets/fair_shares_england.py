"""England's published targets: how need, prices and avoidable mortality were put together in a year's allocations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.fair_shares import share_by_weight
from pbc.policy import Policy

PEOPLE_OUT = 1.0  # a need measure of England adds up to its people within one person, in every published year
NEEDED = (
    "hospital_and_community_weighted_population", "inequalities_weighted_population",
    "prescribing_weighted_population", "market_forces_index", "area_cost_index", "target_before_remoteness_pounds",
)  # fmt: skip


def set_fair_shares(practices: pl.DataFrame, *, total_pence: int, policy: Policy, on: date) -> pl.DataFrame:
    """This returns the practices with amount_pence: England's total divided by the formula of the year, to the penny.

    Grain in and out: one practice, as the reader of published weighted populations gives it. Pence; the shares add up
    to the total. The formula is found by `weigh_targets`; rules R2.7 and R2.11 (largest remainder: assumption).
    """
    weighed = weigh_targets(practices, policy=policy, on=on)
    return share_by_weight(weighed, total_pence=total_pence, weight="target_weight")


def weigh_targets(practices: pl.DataFrame, *, policy: Policy, on: date) -> pl.DataFrame:
    """This returns the practices with target_weight: the number in proportion to which England's money is shared.

    Grain in and out: one practice, as the reader of published weighted populations gives it. The form is chosen by the
    policy value population.target_formula: `composite_with_prices` (2018/19, decision 0110) or `published_overall`
    (from 2023/24: the overall figure as published, never put together again from components). Units: weighted people.
    """
    form = policy.text("population.target_formula", on=on)
    if form not in _FORMS:
        raise RefusedInput(
            "Published weighted populations cannot be shared by this formula.", found=form, expected=" or ".join(_FORMS)
        )
    return _FORMS[form](practices, policy, on)


def find_total_pence(practices: pl.DataFrame) -> int:
    """This returns the published total of targets before remoteness, in whole pence; a file without targets is refused."""
    targets = practices["target_before_remoteness_pounds"]
    if targets.null_count() == targets.len():
        raise RefusedInput(
            "This year's file publishes no targets in pounds.", remedy="Say how much to share with --resource-pounds."
        )
    return round(float(targets.sum()) * 100)


def _composite(practices: pl.DataFrame, policy: Policy, on: date) -> pl.DataFrame:
    missing = [name for name in NEEDED if practices[name].null_count()]
    if missing:
        raise RefusedInput("The composite formula needs columns this file leaves empty.", found=", ".join(missing))
    require_whole_of_england(practices)
    mortality = policy.ratio("population.inequalities_share", on=on)
    prices = pl.col("market_forces_index") * pl.col("area_cost_index")
    hospital = _normalised(_blend("hospital_and_community_weighted_population", mortality) * prices)
    prescribing = _normalised(_blend("prescribing_weighted_population", mortality))
    weight = (
        policy.ratio("population.hospital_and_community_share", on=on) * hospital
        + policy.ratio("population.prescribing_share", on=on) * prescribing
    )
    return practices.with_columns(weight.alias("target_weight"))


def _published(practices: pl.DataFrame, policy: Policy, on: date) -> pl.DataFrame:
    return practices.with_columns(pl.col("overall_weighted_population").alias("target_weight"))


def _blend(need: str, mortality: float) -> pl.Expr:
    return (1 - mortality) * pl.col(need) + mortality * pl.col("inequalities_weighted_population")


def _normalised(weighted: pl.Expr) -> pl.Expr:
    """N(x): scaled so that England's weighted people are as many as its people."""
    return weighted / weighted.sum() * pl.col("registered_population").sum()


def require_whole_of_england(practices: pl.DataFrame) -> None:
    """This raises `RefusedInput` when a need measure does not add up to the people: rows are missing or were changed."""
    people = float(practices["registered_population"].sum())
    for name in NEEDED[:3]:
        weighted = float(practices[name].sum())
        if abs(weighted - people) > PEOPLE_OUT:
            raise RefusedInput(
                "The weighted people of this file do not add up to its people, so it is not the whole of England.",
                where=name, found=f"{weighted:,.1f} weighted, {people:,.1f} registered",
                expected="equal within one person", remedy="Use the file as published, with every practice in it.",
            )  # fmt: skip


_FORMS: dict[str, Callable[[pl.DataFrame, Policy, date], pl.DataFrame]] = {
    "composite_with_prices": _composite,
    "published_overall": _published,
}
