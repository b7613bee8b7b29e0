"""How much of a budget is the practice's own past, read from the budget's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from pbc.flows.scenario import with_choices_of
from pbc.methods.risk.positions import PRESCRIBING
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt


def weigh_own_past(budgets: PublishedSet, *, policy: Policy, on: date) -> pl.DataFrame:
    """This returns how much of each budget is its own past: hospital lines and prescribing by their own weight.

    Grain out: one row per practice, `practice_code, history_weight_ratio, prescribing_history_weight_ratio,
    history_years_count`. Read from the budget's own lines: budgets that together moved a tenth of the way to fair share are
    nine tenths past (one weight for all: the share of a practice already near its target would be noise). A blend's
    weights are its policy values, or those the budgets themselves varied. One year of history, as budgets open from the
    latest twelve months; none where no past is held of a practice's hospital lines, or of its prescribing.
    """
    return weigh_lines(budgets.frame("budget_lines"), receipt=budgets.receipt, policy=policy, on=on)


def weigh_lines(budget_lines: pl.DataFrame, *, receipt: Receipt, policy: Policy, on: date) -> pl.DataFrame:
    """This returns the same of lines not yet published, whose receipt tells basis and varied values."""
    lines = budget_lines.with_columns(is_prescribing=pl.col("service") == PRESCRIBING)
    weights = _blend_weights(receipt, policy, on) or _moved_weights(lines)
    past = (pl.col("step") == "historic") & pl.col("is_prescribing")
    past_hospital = (pl.col("step") == "historic") & ~pl.col("is_prescribing")
    return (
        lines.group_by("practice_code")
        .agg(
            pl.when(past_hospital.any()).then(weights[False]).otherwise(0.0).alias("history_weight_ratio"),
            pl.when(past.any()).then(weights[True]).otherwise(0.0).alias("prescribing_history_weight_ratio"),
            (past | past_hospital).any().cast(pl.Int64).alias("history_years_count"),
        )
        .sort("practice_code")
    )


def _moved_weights(lines: pl.DataFrame) -> Mapping[bool, float]:
    steps = ("historic", "need", "pace_of_change")
    sums = [pl.col("amount_pence").filter(pl.col("step") == step).sum().alias(step) for step in steps]
    with_past = pl.col("step").is_in(["historic"]).any().over("practice_code", "service")
    parts = lines.filter(with_past).group_by("practice_code").agg(sums)
    gap, kept = (int(parts.select(pl.col(name).abs().sum()).item() or 0) for name in ("need", "pace_of_change"))
    return dict.fromkeys((False, True), min(kept / gap, 1.0) if gap else 1.0)


def _blend_weights(receipt: Receipt, policy: Policy, on: date) -> Mapping[bool, float] | None:
    if receipt.parameters.get("basis") != "blend":
        return None
    rules = with_choices_of(policy, receipt)
    names = ("budgets.blend_historic_share_hospital", "budgets.blend_historic_share_prescribing")
    return {bool(at): rules.ratio(name, on=on) for at, name in enumerate(names)}
