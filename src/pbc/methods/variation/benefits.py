"""Promise against fact: the change of a case's practices against that of its comparators, with a band of luck and drift."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from pbc.methods.variation.cases import COST, LOWER, OBSERVED
from pbc.methods.variation.comparators import CASE, COMPARATOR
from pbc.stats.benefits import Effect, carry_ratios, ratio_of_ratios, too_few_to_judge
from pbc.stats.cheques import Numbers, cheque_to_date
from pbc.stats.formula_error import estimate_formula_error
from pbc.tables import BENEFIT_LINES

BETTER, AS_PROMISED, LESS, CANNOT_TELL, NO_FAIR = (
    "better_than_promised", "as_promised", "less_than_promised", "cannot_tell", "no_fair_comparator",
)  # fmt: skip
YEAR = 12
FEW_OTHERS = 2  # practices: of fewer no drift can be seen
GONE = "All comparators have no list any more: no fair comparator."
TOO_FEW = "So few contacts that luck alone moves them by over a fifth: nothing can be told."
NONE_SEEN = "One of the two sides had nothing of the measure: nothing can be told."
SAYS = {
    BETTER: "More than promised, by more than luck explains.",
    AS_PROMISED: "A benefit beyond luck, and what was promised lies within its band.",
    LESS: "Less than promised, by more than luck explains.",
    CANNOT_TELL: "The band holds both no benefit and what was promised.",
}


@dataclass(frozen=True)
class Judged:
    """A comparison in the unit the measure is counted in. `found`, `low` and `high` are a year's improvement."""

    verdict: str
    reason: str
    effect: Effect | None = None
    drift: float | None = None
    before_after: float | None = None
    found: float | None = None
    low: float | None = None
    high: float | None = None


def measure_spread_of_ratios(standardised: pl.DataFrame, *, cheque: float, default: float) -> float:
    """This returns the standard deviation of practices' true standardised ratios, beyond what luck gives.

    DerSimonian and Laird on observed over expected, the variance of luck being the cheque over the expected; the default weighs as
    much as ten practices, and stands where fewer than two have anything expected. Ratio. Source: chance.md 5.2, formula 7.
    """
    held = standardised.filter(pl.col("expected_number") > 0).sort("practice_code")
    if held.height < FEW_OTHERS:
        return default
    luck = cheque / _column(held, "expected_number")
    return estimate_formula_error(_column(held, "standardised_ratio") - 1, chance_variances=luck, default=default).used


def carry_baseline(
    after: pl.DataFrame, *, baseline: pl.DataFrame, case: Mapping[str, Any], months_count: int
) -> pl.DataFrame:
    """This returns BENEFIT_LINES but for `after_months`: each practice after the start, and what no change would bring.

    Grain in: `standardise` of the months judged at the baseline's rates; BENEFIT_PRACTICES; one row of BENEFIT_CASES. Grain
    out: one row per practice with something expected before and after. Source: decision methods/0257.
    """
    columns = pl.col("case_code", "practice_code", "role", "start_month", "standardised_ratio")
    before = baseline.select(columns, before=pl.col("expected_number"))
    now = after.drop("standardised_ratio").join(before, on="practice_code")
    held = now.filter((pl.col("before") > 0) & (pl.col("expected_number") > 0)).sort("practice_code")
    cheque, event = float(case["cheque_size"]), float(case["event_cheque_size"])
    carried = carry_ratios(
        _column(held, "standardised_ratio"),
        expected_before=_column(held, "before"),
        expected_after=_column(held, "expected_number"),
        cheque=cheque,
        cheque_after=float(cheque_to_date(cheque, event_cheque=event, year_share=months_count / YEAR)),
        spread=float(case["spread_ratio"]),
        persistence=float(case["persistence_ratio"]),
    )
    return held.with_columns(
        pl.Series("lasting_ratio", carried.lasts),
        pl.Series("predicted_number", carried.predicted),
        pl.Series("variance_ratio", carried.variance),
    ).select(name for name in BENEFIT_LINES.names if name != "after_months")


def compare_with_comparators(
    lines: pl.DataFrame, *, case: Mapping[str, Any], due: float, months_count: int, default_drift: float
) -> Judged:
    """This returns promise against fact, in the unit the measure is counted in, at a year's pace.

    Grain in: `carry_baseline`; one row of BENEFIT_CASES; `due` is what the promise had come to by then, at a year's pace. Change is a
    ratio of ratios: observed over predicted of the case's practices, over the same of comparators. Drift is measured on all other
    practices. Without fair comparators nothing is compared. Source: decision methods/0257.
    """
    counted_in = str(case["counted_in"])
    observed = pl.col(OBSERVED[counted_in])
    lines = lines.with_columns(observed.cast(pl.Float64).alias("observed")).sort("practice_code")
    own, others = lines.filter(pl.col("role") == CASE), lines.filter(pl.col("role") == COMPARATOR)
    naive = _before_after(own)
    if not case["is_fair"]:
        return Judged(NO_FAIR, str(case["reason"]), before_after=naive)
    if others.is_empty() or own.is_empty():
        return Judged(NO_FAIR, GONE, before_after=naive)
    cheque = float(case["cheque_size"])
    if too_few_to_judge(_column(own, "predicted_number"), cheque=cheque) or too_few_to_judge(
        _column(others, "predicted_number"), cheque=cheque
    ):
        return Judged(CANNOT_TELL, TOO_FEW, before_after=naive)
    drift = _drift(lines.filter(pl.col("role") != CASE), default_drift)
    effect = ratio_of_ratios(
        float(own["observed"].sum()), predicted=_column(own, "predicted_number"), variance=_column(own, "variance_ratio"),
        others_observed=float(others["observed"].sum()), others_predicted=_column(others, "predicted_number"),
        others_variance=_column(others, "variance_ratio"), drift=drift,
    )  # fmt: skip
    if effect is None:
        return Judged(CANNOT_TELL, NONE_SEEN, before_after=naive, drift=drift)
    return replace(
        _judge(effect, lower=case["improvement_direction"] == LOWER, due=due, months_count=months_count),
        before_after=naive, drift=drift,
    )  # fmt: skip


def _judge(effect: Effect, *, lower: bool, due: float, months_count: int) -> Judged:
    """What the band says of the promise; a value on a limit is inside."""
    a_year = effect.without * YEAR / months_count * (1 if lower else -1)
    found, *ends = (a_year * (1 - ratio) for ratio in (effect.ratio, effect.low, effect.high))
    low, high = min(ends), max(ends)
    if due > high:
        verdict = LESS
    elif due < low:
        verdict = BETTER
    else:
        verdict = AS_PROMISED if low > 0 else CANNOT_TELL
    return Judged(verdict, SAYS[verdict], effect, found=found, low=low, high=high)


def _drift(others: pl.DataFrame, default: float) -> float:
    """How practices' ratios wander beyond luck: those the case left alone, each against all of them together."""
    common = float(others["observed"].sum()) / float(others["predicted_number"].sum())
    if others.height < FEW_OTHERS or common <= 0:
        return default
    apart = _column(others, "observed") / _column(others, "predicted_number") / common - 1
    return estimate_formula_error(apart, chance_variances=_column(others, "variance_ratio"), default=default).used


def _before_after(own: pl.DataFrame) -> float | None:
    """What a plain before and after would say, by lists of each time and the baseline's rates."""
    before = float((own["standardised_ratio"] * own["expected_number"]).sum())
    return float(own["observed"].sum()) / before if before > 0 else None


def price_benefit(amount: float | None, *, case: Mapping[str, Any]) -> tuple[float | None, int | None]:
    """This returns an improvement as contacts and as pence: one into the other at the mean cost of the case's contacts before.

    `amount` is in the unit the measure is counted in; None stays None. Pence are rounded half up; without a cost before there is
    no other unit. Source: decision methods/0257.

    >>> price_benefit(12.0, case={"counted_in": "contacts", "case_observed_count": 200, "case_observed_pence": 3_000_000})
    (12.0, 180000)
    """
    if amount is None:
        return None, None
    count, money = int(case["case_observed_count"]), int(case["case_observed_pence"])
    if case["counted_in"] == COST:
        return (amount * count / money if money else None), _whole(amount)
    return amount, _whole(amount * money / count) if money and count else None


def _whole(pence: float) -> int:
    return math.floor(abs(pence) + 0.5) * (1 if pence >= 0 else -1)


def _column(frame: pl.DataFrame, name: str) -> Numbers:
    return frame[name].cast(pl.Float64).to_numpy().astype(np.float64)
