"""From a statement's lines to variance splits, and to the positions that chance and freed-up resources are judged on."""

from __future__ import annotations

import polars as pl

from pbc.flows.block_lines import BLOCK, part_blocks
from pbc.flows.own_past import weigh_own_past
from pbc.flows.past_activity import who_answers
from pbc.flows.statement_inputs import StatementInputs
from pbc.methods.risk import add_up_positions
from pbc.methods.statements.split_variance import split_variance
from pbc.policy import Policy
from pbc.reference.activity import POINTS_OF_DELIVERY, PRESCRIBING_POD, SERVICES
from pbc.reference.payment_forms import FIXED_FORMS
from pbc.tables import UNPLACED

APPORTIONED = "apportioned"
_KEY = ["practice_code", "point_of_delivery"]


def lines_to_date(given: StatementInputs) -> pl.DataFrame:
    """This returns one row per practice and kind of activity, year to date: plan, actual, actual at plan prices, lists.

    A service budgeted whole, for want of a past, is one row under its own name. Lines shared out by head are left out.
    """
    to_date = given.reach.within("year_to_date")
    known = given.profiles.filter(to_date & (pl.col("payment_form") != APPORTIONED))
    planned = known.group_by(*_KEY, "service", "payment_form").agg(
        pl.col("budget_pence").sum(),
        pl.when(pl.col("planned_activity").count() > 0)
        .then(pl.col("planned_activity").sum())
        .alias("planned_activity"),
        pl.col("planned_list_size").mean(),
    )
    actual = (
        given.kinds.filter(to_date)
        .with_columns(as_budgeted(given.profiles))
        .group_by(_KEY)
        .agg(pl.col("activity_count", "cost_pence", "plan_price_pence").sum())
    )
    counted = known.select(*_KEY, "month").join(given.lists, on=["practice_code", "month"])
    lists = counted.group_by(_KEY).agg(pl.col("list_size").mean())
    return (
        planned.join(actual, on=_KEY, how="left")
        .join(lists, on=_KEY, how="left")
        .with_columns(pl.col("activity_count", "cost_pence", "plan_price_pence").fill_null(0))
        .sort(_KEY)
    )


def as_budgeted(profiles: pl.DataFrame) -> pl.Expr:
    """This returns the name a kind of activity is budgeted under: its own, or its service's where that is budgeted whole."""
    whole = set(profiles["point_of_delivery"].unique()) & set(SERVICES) - set(POINTS_OF_DELIVERY)
    names = {kind.code: kind.service for kind in POINTS_OF_DELIVERY.values() if kind.service in whole}
    return pl.col("point_of_delivery").replace(names)


def find_positions(
    given: StatementInputs, *, lines: pl.DataFrame, adjustments: pl.DataFrame, policy: Policy, is_restated: bool
) -> pl.DataFrame:
    """This returns BUDGET_POSITIONS, one row per practice that answers at the end of the month (mergers summed).

    What is paid for by block stands in the fixed amounts at its budget: it frees nothing and luck does not move it.
    `is_restated`: hospital budgets follow the actual list, as chance is judged; else as set, as money is freed.
    """
    month = given.reach.month
    heirs = who_answers(given.successions, on=month.end)
    to_heir = pl.col("practice_code").replace(heirs)
    split = split_variance(lines, month=month)
    joined = part_blocks(
        lines.join(split.select(*_KEY, "population_pence"), on=_KEY),
        given=given,
        as_budgeted=as_budgeted(given.profiles),
    )
    is_hospital = pl.col("point_of_delivery") != PRESCRIBING_POD
    grown = pl.when(is_hospital & is_restated).then(pl.col("population_pence")).otherwise(0)
    is_block = pl.col("payment_form") == BLOCK
    measured = joined.select(
        to_heir,
        "service",
        "payment_form",
        pl.col("budget_pence") + grown,
        pl.when(is_block)
        .then(pl.col("budget_pence") + grown)
        .when(is_hospital)
        .then("plan_price_pence")
        .otherwise("cost_pence")
        .alias("actual_pence"),
        pl.when(is_hospital)
        .then(pl.col("cost_pence") - pl.col("plan_price_pence"))
        .otherwise(0)
        .alias("price_effect_pence"),
    )
    shared = given.profiles.filter(given.reach.within("year_to_date") & (pl.col("payment_form") == APPORTIONED)).select(
        to_heir, "service", "payment_form", "budget_pence", pl.col("budget_pence").alias("actual_pence"),
        pl.lit(0, dtype=pl.Int64).alias("price_effect_pence"),
    )  # fmt: skip
    together = (
        pl.concat([measured, shared])
        .group_by("practice_code", "service", "payment_form")
        .agg(pl.col("budget_pence", "actual_pence", "price_effect_pence").sum())
    )
    practices = _practices(given, adjustments, policy, heirs)
    formula = _on_formula(given, joined, to_heir)
    return add_up_positions(
        together,
        practices=practices.join(formula, on="practice_code", how="left"),
        year=month.financial_year,
        month=month,
    )


def _on_formula(given: StatementInputs, joined: pl.DataFrame, to_heir: pl.Expr) -> pl.DataFrame:
    """What fair shares would have given to date for the lines judged, hospital lines following the actual list."""
    key = ["practice_code", "service"]
    judged = joined.filter(pl.col("payment_form") != BLOCK).with_columns(to_heir)
    grown = pl.when(pl.col("point_of_delivery") != PRESCRIBING_POD).then("population_pence").otherwise(0)
    to_date = judged.group_by(key).agg((pl.col("budget_pence") + grown).sum().alias("to_date_pence"))
    whole = given.profiles.with_columns(to_heir).group_by(key).agg(pl.col("budget_pence").sum().alias("year_pence"))
    shares = given.budgets.frame("budget_targets").filter(pl.col("service") != "total").with_columns(to_heir)
    targets = shares.group_by(key).agg(pl.col("target_pence").sum())
    part = pl.when(pl.col("year_pence") > 0).then(pl.col("to_date_pence") / pl.col("year_pence")).otherwise(0.0)
    return (
        to_date.join(whole, on=key)
        .join(targets, on=key)
        .group_by("practice_code")
        .agg((pl.col("target_pence") * part).sum().round().cast(pl.Int64).alias("formula_budget_pence"))
    )


def _practices(
    given: StatementInputs, adjustments: pl.DataFrame, policy: Policy, heirs: dict[str, str]
) -> pl.DataFrame:
    month = given.reach.month
    to_heir = pl.col("practice_code").replace(heirs)
    first = next(iter(month.financial_year.months())).number
    lists = given.lists.filter(pl.col("month").is_between(first, month.number)).with_columns(to_heir)
    people = lists.group_by("practice_code", "month").agg(pl.col("list_size").sum()).filter(pl.col("list_size") > 0)
    open_in = people.group_by("practice_code").agg(
        pl.col("list_size").mean().round().cast(pl.Int64), pl.len().cast(pl.Int64).alias("months_count")
    )
    paid_by_activity = ~pl.col("payment_form").is_in([APPORTIONED, BLOCK])
    gone, whole = (
        pl.col("budget_pence").filter(paid_by_activity & fallen).sum()
        for fallen in (given.reach.within("year_to_date"), pl.lit(True))
    )
    held = given.profiles.with_columns(to_heir).filter(pl.col("point_of_delivery") != PRESCRIBING_POD)
    budgets = held.group_by("practice_code").agg(pl.when(whole > 0).then(gone / whole).alias("year_share"))
    bill = (
        adjustments.filter((pl.col("practice_code") != UNPLACED) & ~pl.col("kind").is_in(FIXED_FORMS))
        .group_by(to_heir)
        .agg(pl.col("amount_pence").sum().alias("bill_adjustment_pence"))
    )
    cluster, payer = (
        _parents(given, relation)
        for relation in (policy.text("regime.cluster_relation", on=month.end), "practice_commissioner")
    )
    only = given.register.receipt.parameters.get("commissioners", "")
    return (
        budgets.join(open_in, on="practice_code", how="left")
        .join(bill, on="practice_code", how="left")
        .join(cluster.rename({"parent_code": "cluster_code"}), on="practice_code", how="left")
        .join(payer.rename({"parent_code": "commissioner_code"}), on="practice_code", how="left")
        .join(
            weigh_history(given, policy=policy).with_columns(to_heir).unique("practice_code"),
            on="practice_code",
            how="left",
        )
        .with_columns(
            pl.col("list_size", "months_count", "bill_adjustment_pence").fill_null(0),
            pl.col("commissioner_code").fill_null(only),
        )
        .sort("practice_code")
    )


def _parents(given: StatementInputs, relation: str) -> pl.DataFrame:
    day = given.reach.month.end
    rows = given.register.frame("memberships").filter(
        (pl.col("relation") == relation) & (pl.col("starts_on") <= day) & (pl.col("ends_before") > day)
    )
    return rows.select(pl.col("member_code").alias("practice_code"), "parent_code").unique(
        "practice_code", keep="first"
    )


def weigh_history(given: StatementInputs, *, policy: Policy) -> pl.DataFrame:
    """This returns how much of each budget held to is its own past, as `weigh_own_past` reads it."""
    return weigh_own_past(given.budgets, policy=policy, on=given.reach.month.financial_year.start)
