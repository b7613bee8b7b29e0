"""Walking back from a gain share: to the steps before it, and to the budget and cost that were held against each other."""

from __future__ import annotations

from typing import Any

from pbc.flows.trace import Found, Trace, published_part
from pbc.reports.explanation import Part
from pbc.tables.gain_shares import STEPS

SUMMED = "Steps add up to what the partner is paid, below nought what it owes; partners add up to the unit."
NOT_PAID = "No signed agreement lets it be paid: it shows what the terms named would give."


def trace_gain(found: Found) -> Trace:
    """This returns the steps up to a figure of a gain share, which add up to what stands after it, and what they began with."""
    row = found.row
    upto = STEPS[: STEPS.index(row["step"]) + 1]
    steps = tuple(found.part("amount_pence", _words(found, step), step=step) for step in upto)
    is_sum = found.column.name == "left_pence"
    parts = steps if is_sum else (*_held(found), *steps)
    sentences = (f"{row['reason'][0].upper()}{row['reason'][1:]}.", SUMMED, *(() if row["is_payable"] else (NOT_PAID,)))
    names = ("savings.retained_share_rule", "savings.gain_partners", "savings.signed_by", "savings.signed_on")
    policy = (*((row["parameter"],) if row["parameter"] else ()), *names)
    return Trace("Step by step", parts, is_sum=is_sum, sentences=sentences, rules=("Rule gain_share.",), policy=policy)


def _words(found: Found, step: str) -> str:
    near = found.near(step=step)
    return step.replace("_", " ") if near is None else f"{step.replace('_', ' ')}: {near['reason']}"


def _held(found: Found) -> tuple[Part, ...]:
    """Budget and cost of the unit, of which the first two steps are the partner's parts."""
    key = [found.row[name] for name in ("financial_year", "unit_kind", "unit_code", "basis")]
    freed: dict[str, Any] | None = found.archive.row(found.published, "freed_up_resources", key)
    if freed is None:
        return ()
    return tuple(
        published_part(found.published, "freed_up_resources", row=freed, column=column, label=label)
        for column, label in (
            ("budget_pence", "benchmark of the unit: its budget"),
            ("actual_pence", "actual of the unit"),
        )
    )
