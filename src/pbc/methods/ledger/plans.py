"""What contracts plan, month by month, as varied by a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pbc.methods.ledger.agreed import LINE, Agreed, Variation, line_of
from pbc.methods.ledger.terms import days_in
from pbc.money import share_out
from pbc.periods import FinancialYear, Month
from pbc.tables import CONTRACT_PLANS

Spread = dict[Month, int]


def profile_plans(agreed: Agreed, *, year: FinancialYear) -> pl.DataFrame:
    """This returns CONTRACT_PLANS of a year, twelve months of every line that has a plan, as varied by the day known.

    A line none of whose months is delivered has its plan parted by days over the months its contract holds in; what a variation adds
    or takes is parted so over the months from its first. Months of a line add up to its plan as varied, in units and in
    whole pence. Source: decision methods/0235; contract_plans.
    """
    variations, delivered, spans = agreed.variations(year), _delivered(agreed, year), agreed.spans(year)
    rows: list[dict[str, Any]] = []
    whole = tuple(year.months())
    for row in agreed.forms(year).iter_rows(named=True):
        line = line_of(row)
        plan = delivered.get(line) or _parted_plan(row, spans.get(line[:2], whole))
        if plan is None:
            continue
        money, counts = plan
        for change in variations.get(line, []):
            money, counts = _varied(money, change, change.plan_pence), _varied(counts, change, change.plan_activity)
        rows += [
            dict(zip(LINE, line, strict=True)) | {
                "financial_year": year.slug, "month": month.number, "plan_activity_count": counts.get(month, 0),
                "plan_pence": money.get(month, 0), "source": row["source"],
            }
            for month in whole
        ]  # fmt: skip
    return CONTRACT_PLANS.from_rows(rows).sort(CONTRACT_PLANS.key)


def _delivered(agreed: Agreed, year: FinancialYear) -> dict[tuple[str, str, str], tuple[Spread, Spread]]:
    found: dict[tuple[str, str, str], tuple[Spread, Spread]] = {}
    for row in agreed.contract_plans.filter(pl.col("financial_year") == year.slug).iter_rows(named=True):
        money, counts = found.setdefault(line_of(row), ({}, {}))
        month = Month.from_number(row["month"])
        money[month], counts[month] = row["plan_pence"], row["plan_activity_count"]
    return found


def _parted_plan(row: dict[str, Any], months: Sequence[Month]) -> tuple[Spread, Spread] | None:
    if row["plan_pence"] is None:
        return None
    return _parted(row["plan_pence"], months), _parted(row["plan_activity_count"] or 0, months)


def _varied(spread: Spread, change: Variation, amount: int) -> Spread:
    more = _parted(amount, change.months)
    return spread | {month: spread.get(month, 0) + part for month, part in more.items()}


def _parted(amount: int, months: Sequence[Month]) -> Spread:
    return dict(zip(months, share_out(amount, [days_in(month) for month in months], keys=months), strict=True))
