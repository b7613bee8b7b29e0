"""Walking back from a movement of the risk pool, and from what became of a year over its budget."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Found, Row, Trace, published_part
from pbc.reports.explanation import Part

BANK = (
    "Rule R3.6: a pool that lends to who overspends, repaid within one further year (six pathfinder consortia, 2011); what "
    "else the pool does is assumed or agreed locally (decision methods/0157)."
)
OVERSPENDS = "Rules R3.1 and R3.2: what becomes of an overspend, by year (decision methods/0158)."
OF_THE_POOL = (
    "pool.covers_overspends", "pool.repayment_years", "pool.unpaid_rule", "pool.reserve_share", "pool.may_go_below_zero",
    "pool.surplus_rule",
)  # fmt: skip
OF_OVERSPENDS = (
    "pool.overspend_rule", "pool.balance_years", "pool.carried_share", "pool.incentive_needs_balance", "pool.persistent_years",
)  # fmt: skip
SUMS = {
    "overspend_pence": ("covered_pence", "carried_pence", "commissioner_pence"),
    "retained_pence": ("repaid_pence", "offset_pence", "free_pence"),
}


def trace_movement(found: Found) -> Trace:
    """This returns how a movement or a balance of the pool came about: a balance is the sum of what moved before it."""
    row, name = found.row, found.column.name
    here = found.archive.frame(found.published, "pool_movements").filter(
        (pl.col("commissioner_code") == row["commissioner_code"]) & (pl.col("sequence") <= row["sequence"])
    )
    said = (row["reason"], f"To be repaid by {row['repay_on']}." if row["repay_on"] else "")
    if name == "balance_pence":
        parts = tuple(_part(found, each, "amount_pence") for each in here.sort("sequence").to_dicts())
        return Trace("What moved, in order", parts, is_sum=True, sentences=said, rules=(BANK,), policy=OF_THE_POOL)
    if name == "owed_pence":
        mine = here.filter((pl.col("unit_kind") == row["unit_kind"]) & (pl.col("unit_code") == row["unit_code"]))
        owed = mine.filter(pl.col("owed_change_pence") != 0).sort("sequence").to_dicts()
        parts = tuple(_part(found, each, "owed_change_pence") for each in owed)
        return Trace("Drawn and repaid", parts, is_sum=True, sentences=said, rules=(BANK,), policy=OF_THE_POOL)
    return Trace("From", _behind(found, row), sentences=said, rules=(BANK,), policy=OF_THE_POOL)


def _part(found: Found, row: Row, column: str) -> Part:
    label = f"{row['kind'].replace('_', ' ')}, {row['unit_code']}"
    return published_part(found.published, "pool_movements", row=row, column=column, label=label, note=row["reason"])


def _behind(found: Found, row: Row) -> tuple[Part, ...]:
    """The published figure that a movement rests on, where there is one."""
    held = {
        "overspend_cover": ("overspend_years", "overspend_pence", "over budget", row["unit_kind"]),
        "repayment": ("overspend_years", "retained_pence", "kept of freed-up resources", row["unit_kind"]),
        "high_cost": ("ceded_costs", "ceded_pence", "borne of people above the stop-loss", "risk_pool"),
    }
    if row["kind"] == "contribution":
        return _budget_lines(found, row)
    if row["kind"] not in held:
        return ()
    table, column, label, kind = held[row["kind"]]
    rows = found.archive.frame(found.published, table)
    mine = rows.filter((pl.col("unit_kind") == kind) & (pl.col("unit_code") == row["unit_code"])).to_dicts()
    return tuple(published_part(found.published, table, row=each, column=column, label=label) for each in mine)


def _budget_lines(found: Found, row: Row) -> tuple[Part, ...]:
    budgets = found.archive.input(found.published, "budgets")
    if budgets is None:
        return ()
    family = found.archive.family(found.published, row["unit_code"])
    lines = found.archive.frame(budgets, "budget_lines").filter(
        (pl.col("step") == "risk_pool") & pl.col("practice_code").is_in(family)
    )
    return tuple(
        published_part(
            budgets, "budget_lines", row=each, column="amount_pence", label=f"held back of {each['service']}"
        )
        for each in lines.sort("practice_code", "service").to_dicts()
    )


def trace_overspend(found: Found) -> Trace:
    """This returns what became of a holder's year: an overspend in three parts, what was kept in three."""
    row, name = found.row, found.column.name
    if name in SUMS:
        parts = tuple(found.part(column, found.columns[column].meaning) for column in SUMS[name])
        return Trace(
            "Where it goes", parts, is_sum=True, sentences=(row["reason"],), rules=(OVERSPENDS,), policy=OF_OVERSPENDS
        )
    return Trace("From", _freed(found, row), sentences=(row["reason"],), rules=(OVERSPENDS, BANK),
                 policy=(*OF_OVERSPENDS, *OF_THE_POOL))  # fmt: skip


def _freed(found: Found, row: Row) -> tuple[Part, ...]:
    freed = found.archive.frame(found.published, "freed_up_resources").filter(
        pl.col("is_shared") & (pl.col("unit_kind") == row["unit_kind"]) & (pl.col("unit_code") == row["unit_code"])
    )
    return tuple(
        published_part(found.published, "freed_up_resources", row=each, column=column, label=label)
        for each in freed.to_dicts()
        for column, label in (
            ("actual_pence", "cost"),
            ("budget_pence", "budget"),
            ("retained_pence", "practices keep"),
        )
    )
