"""What changed since last year: from one agreed budget to the next by list, need, uplift, pace and what is handed back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pbc.methods.budgets.lines import AMENDED
from pbc.methods.budgets.opening import APPORTIONED, weigh_service
from pbc.money import share_out_many
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_CHANGES

Amounts = NDArray[np.float64]
Pence = NDArray[np.int64]
_KEY = ["practice_code", "service"]
BY_FORMULA = ("historic", "saving_protected", "uplift", "need", "pace_of_change")
AS_LINES = ("top_slice", "risk_pool", "adjustment", "pool_repayment")
OWN_LINES = (*AS_LINES, "amendment", "other")
REASONS: Mapping[str, str] = {
    "last_year": "Last year's budget as it stood, with its amendments.",
    "uplift": "The money of the service is more or less than last year; shared as last year's need was.",
    "list_size": "More or fewer people on the list, beside how other lists changed.",
    "need": "The need of those people, for each one, beside how others changed.",
    "pace_of_change": "How far the budget stands from its fair share, by its past, pace of change or pooling, changed.",
    "top_slice": "What is handed back for the commissioner's costs changed.",
    "risk_pool": "What is handed to the risk pool changed.",
    "adjustment": "Adjustments agreed between practices changed.",
    "pool_repayment": "What was due to the risk pool and came off the budget changed.",
    "amendment": "Amendments of last year ended with it, or those of this year were added.",
    "other": "What no other step explains.",
}


@dataclass(frozen=True)
class BudgetYear:
    """One year's BUDGET_LINES with the WEIGHTED_LISTS and COMMISSIONER_RESOURCES of that year alone."""

    lines: pl.DataFrame
    weighted_lists: pl.DataFrame
    resources: pl.DataFrame


def compare_years(before: BudgetYear, after: BudgetYear, *, year: FinancialYear) -> pl.DataFrame:
    """This returns BUDGET_CHANGES: last year's budget and the steps from it that add up to this year's, to the penny.

    Grain out: one practice, service and step; steps of nought are left out but for the first. Fair shares of both years
    are worked out anew from lists and money, so that the steps do not depend on the basis: uplift sums to the change of
    the service's money, list size and need each sum to nought over the commissioner. Practices taken over must stand
    under their successors in `before`. Source: decision methods/0164.
    """
    moved = _changes_of_targets(before, after)
    lines = _sums(before.lines, "before").join(_sums(after.lines, "after"), on=_KEY, how="full", coalesce=True)
    joined = lines.join(moved, on=_KEY, how="full", coalesce=True).fill_null(0)
    stacked = joined.with_columns(
        pl.sum_horizontal(*(f"{name}_before" for name in ("formula", *OWN_LINES))).alias("last_year"),
        (pl.col("formula_after") - pl.col("formula_before") - pl.col("target_change")).alias("pace_of_change"),
        *((pl.col(f"{name}_after") - pl.col(f"{name}_before")).alias(name) for name in OWN_LINES),
    )
    order = {step: 10 * at for at, step in enumerate(REASONS, start=1)}
    long = stacked.select(*_KEY, *REASONS).unpivot(index=_KEY, variable_name="step", value_name="amount_pence")
    named = long.filter((pl.col("amount_pence") != 0) | (pl.col("step") == "last_year")).with_columns(
        pl.lit(year.slug).alias("financial_year"),
        pl.col("step").replace_strict(order, return_dtype=pl.Int64).alias("sequence"),
        pl.col("step").replace_strict(dict(REASONS), return_dtype=pl.String).alias("reason"),
    )
    return BUDGET_CHANGES.conform(named).sort(*_KEY, "sequence")


def _sums(lines: pl.DataFrame, when: str) -> pl.DataFrame:
    """Each line's stack in parts: by formula, each step of its own, amendments, and what is none of these."""
    step, amount = pl.col("step"), pl.col("amount_pence")
    amended = pl.col("sequence") > AMENDED
    known = step.is_in([*BY_FORMULA, *AS_LINES]) | amended
    return lines.group_by(_KEY).agg(
        amount.filter(step.is_in(BY_FORMULA)).sum().alias(f"formula_{when}"),
        *(amount.filter(step == name).sum().alias(f"{name}_{when}") for name in AS_LINES),
        amount.filter(amended).sum().alias(f"amendment_{when}"),
        amount.filter(~known).sum().alias(f"other_{when}"),
    )


def _changes_of_targets(before: BudgetYear, after: BudgetYear) -> pl.DataFrame:
    places = pl.concat([each.resources.select("commissioner_code", "service") for each in (before, after)]).unique()
    parts = [_change_of(payer, service, before, after) for payer, service in places.sort("*").iter_rows()]
    added = (
        pl.concat([pl.DataFrame(schema=_CHANGES), *parts])
        .group_by(_KEY)
        .agg(pl.col("uplift", "list_size", "need").sum())
    )
    return added.with_columns(pl.sum_horizontal("uplift", "list_size", "need").alias("target_change"))


_CHANGES = {"practice_code": pl.String, "service": pl.String} | dict.fromkeys(
    ("uplift", "list_size", "need"), pl.Int64
)  # fmt: skip


def _change_of(commissioner: str, service: str, before: BudgetYear, after: BudgetYear) -> pl.DataFrame:
    """One service of one commissioner: its money shared by last year's need, by this year's lists, by this year's need."""
    then, now = (_weighed(each, commissioner, service) for each in (before, after))
    both = (
        then.join(now, on="practice_code", how="full", coalesce=True, suffix="_now")
        .fill_null(0.0)
        .sort("practice_code")
    )
    weight, people, weight_now, people_now = (
        both[name].to_numpy().astype(np.float64) for name in ("weight", "people", "weight_now", "people_now")
    )
    each_then = np.divide(weight, people, out=np.zeros_like(weight), where=people > 0)
    mixed = np.where(people > 0, people_now * each_then, weight_now)
    money_then, money_now = (  # money that a year has nobody to share it among was no one's fair share
        _money(each.resources, commissioner, service) if held.any() else 0
        for each, held in ((before, weight), (after, weight_now))
    )
    last = _share(money_now, weight_now, weight_now)
    by_lists = _share(money_now, mixed, weight_now)
    as_last_year = _share(money_now, weight, mixed if mixed.any() else weight_now)
    first = _share(money_then, weight, weight_now)
    return both.select("practice_code", pl.lit(service).alias("service")).with_columns(
        pl.Series("uplift", as_last_year - first),
        pl.Series("list_size", by_lists - as_last_year),
        pl.Series("need", last - by_lists),
    )


def _share(money: int, weights: Amounts, otherwise: Amounts) -> Pence:
    """The money by these weights, or by the others where these weigh nothing; nothing is shared where neither does."""
    used = weights if weights.any() else otherwise
    return share_out_many(money, used) if used.any() else np.zeros(len(weights), dtype=np.int64)


def _weighed(year: BudgetYear, commissioner: str, service: str) -> pl.DataFrame:
    lists = year.weighted_lists.filter(pl.col("commissioner_code") == commissioner)
    line = year.resources.filter((pl.col("commissioner_code") == commissioner) & (pl.col("service") == service))
    if lists.is_empty() or line.is_empty():
        return pl.DataFrame(schema={"practice_code": pl.String, "weight": pl.Float64, "people": pl.Float64})
    weights = weigh_service(lists, service=service, by_head=line["payment_form"][0] == APPORTIONED)
    people = weigh_service(lists, service=service, by_head=True).rename({"weight": "people"})
    added, heads = (each.group_by("practice_code").agg(pl.last().sum()) for each in (weights, people))
    return added.join(heads, on="practice_code").select("practice_code", "weight", "people")


def _money(resources: pl.DataFrame, commissioner: str, service: str) -> int:
    held = resources.filter((pl.col("commissioner_code") == commissioner) & (pl.col("service") == service))
    return int(held["amount_pence"].sum())
