"""How policy values become the methods a budget is set by."""

from __future__ import annotations

from datetime import date

import polars as pl

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import NEED, Rule, share_of, stack_lines, top_slice
from pbc.methods.budgets.opening import pool_atypical
from pbc.methods.budgets.pace_of_change import CloseDistance, MinimumGrowth
from pbc.methods.budgets.set_budgets import blend, keep_historic, move_to_fair_shares
from pbc.methods.population.atypical_lists import flag_atypical_lists
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.reference.activity import HOSPITAL_PODS, POINTS_OF_DELIVERY, SERVICES

BASES = ("historic", "fair_shares", "blend")
HOSPITAL_SERVICES = tuple(dict.fromkeys(POINTS_OF_DELIVERY[kind].service for kind in HOSPITAL_PODS))
BLEND = Rule("R2.2", "budgets.blend_historic_share_hospital")
AT_ONCE = CloseDistance(closed_share=1.0, tolerance_ratio=0.0, minimum_ratio=1.0)


def read_pace(policy: Policy, *, on: date) -> CloseDistance | MinimumGrowth:
    """This returns the pace of change in force on a day; a method of another name is refused."""
    method = policy.text("budgets.pace_of_change", on=on)
    if method == "at_once":
        return AT_ONCE
    if method == "close_distance":
        return CloseDistance(
            policy.ratio("budgets.pace_closed_share", on=on),
            policy.ratio("budgets.pace_tolerance_ratio", on=on),
            policy.ratio("budgets.pace_minimum_ratio", on=on),
        )
    if method == "minimum_growth":
        return MinimumGrowth(
            policy.ratio("budgets.pace_minimum_growth", on=on), policy.ratio("budgets.pace_maximum_growth", on=on)
        )
    raise RefusedInput(
        "There is no such pace of change.", found=method, expected="close_distance, minimum_growth or at_once",
        remedy="Correct budgets.pace_of_change.",
    )  # fmt: skip


def as_basis(
    standing: pl.DataFrame, *, basis: str, year: FinancialYear, policy: Policy, spent: pl.DataFrame
) -> pl.DataFrame:
    """This returns the budget lines of a standing on one of `BASES`; `spent` is what last year cost by practice
    and service (`historic_pence`), on which least growth is measured."""
    if basis == "fair_shares":
        pace = read_pace(policy, on=year.start)
        paced = standing.filter(pl.col("opening_pence").is_not_null())["service"].unique().to_list()
        last_year = spent.filter(pl.col("service").is_in(paced)).group_by("practice_code")
        base = last_year.agg(pl.col("historic_pence").sum().alias("base_pence"))
        moved = move_to_fair_shares(standing, pace=pace, last_year=base)
        return stack_lines(moved, year=year, pace=Rule("R2.12", "budgets.pace_of_change"))
    hospital = policy.ratio("budgets.blend_historic_share_hospital", on=year.start)
    prescribing = policy.ratio("budgets.blend_historic_share_prescribing", on=year.start)
    shares = {service: prescribing if service == "prescribing" else hospital for service in SERVICES}
    set_by = keep_historic(standing) if basis == "historic" else blend(standing, historic_share=shares)
    return stack_lines(set_by, year=year, pace=BLEND, need=BLEND if basis == "blend" else NEED, is_blend=True)


def hand_back(lines: pl.DataFrame, resources: pl.DataFrame, *, policy: Policy, on: date) -> pl.DataFrame:
    """This returns the lines with top-slice and risk pool taken at the shares in force on a day (R1.4, R3.3)."""
    sliced = top_slice(
        lines,
        amounts=share_of(resources, share=policy.ratio("budgets.top_slice_share", on=on)),
        step="top_slice",
        cited=Rule("R1.4", "budgets.top_slice_share"),
        reason="Handed back to the commissioner for its management costs.",
    )
    return top_slice(
        sliced,
        amounts=share_of(resources, share=policy.ratio("budgets.risk_pool_share", on=on), services=HOSPITAL_SERVICES),
        step="risk_pool",
        cited=Rule("R3.3", "budgets.risk_pool_share"),
        reason="Handed back to the risk pool that bears rare high costs for all.",
    )


def pool_lists(
    standing: pl.DataFrame, weighted_lists: pl.DataFrame, *, policy: Policy, on: date
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """This returns the standing with atypical lists pooled if policy says so, and the notes on them."""
    if not policy.switch("budgets.pool_atypical_lists", on=on):
        return standing, None
    flags = flag_atypical_lists(weighted_lists, policy=policy, on=on)
    pooled = flags.filter(pl.col("is_pooled"))["practice_code"].to_list()
    if len(pooled) == 1:  # a pool of one moves nothing: the note must not say that it did
        alone = pl.col("list_note").str.replace(
            "; pooled", "; alone in the pool, so at its own fair share", literal=True
        )
        return standing, flags.with_columns(alone)
    return pool_atypical(standing, practices=pooled), flags
