"""What becomes of each option: what it is worth, when it has paid for itself, what a full year leaves, whether it can be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.methods.appraisal.rules import AppraisalRules
from pbc.methods.appraisal.stack import stack_costs
from pbc.money import nearest
from pbc.periods import FinancialYear
from pbc.tables import APPRAISAL_RESULTS

MONTHS = 12


def measure_results(
    appraisal_years: pl.DataFrame, *, case_options: pl.DataFrame, case_costs: pl.DataFrame, appraisal_payers: pl.DataFrame,
    shares: Mapping[str, Fraction | None], rules: AppraisalRules,
) -> pl.DataFrame:  # fmt: skip
    """This returns APPRAISAL_RESULTS, one row per option, against doing nothing.

    Grain in: APPRAISAL_YEARS, CASE_OPTIONS, CASE_COSTS, APPRAISAL_PAYERS, and by option how much of the promised change makes
    it worth nought. It has paid for itself in the first year from whose end on what it leaves, added up and not
    discounted, is never again below nought; an option that was never below is paid back at once. Money of a year is taken
    to come evenly, months are rounded up. Pence. Source: decision methods/0254.
    """
    nothing = case_options.filter("is_do_nothing")["option_code"][0]
    once, partner, bills = {}, {}, {}
    for option in case_options["option_code"]:
        own = case_costs.filter(pl.col("option_code") == option).to_dicts()
        once[option] = _once(own, rules)
        partner[option] = sum(_by_partner(own, year, rules) for year in rules.years)
        bills[option] = int(_of(appraisal_years, option)["bill_pence"].sum())
    rows = []
    for row in case_options.iter_rows(named=True):
        option = row["option_code"]
        years = _of(appraisal_years, option)
        against, running = years["against_pence"].to_list(), years["running_pence"].to_list()
        at = _paid_at(running)
        share = shares.get(option)
        rows.append(row | {
            "first_year": rules.years[0].slug, "last_year": rules.years[-1].slug,
            "net_present_value_pence": int(years["against_present_value_pence"].sum()), "net_pence": running[-1],
            "recurrent_pence": against[-1] - once[option] + once[nothing],
            "bill_pence": bills[option] - bills[nothing],
            "partner_present_value_pence": partner[option] - partner[nothing],
            "break_even_year": None if at is None else rules.years[at].slug,
            "payback_months_count": None if at is None else _months(at, against, running),
            "break_even_activity_ratio": None if share is None else float(share),
            "is_affordable": _is_affordable(appraisal_payers, option),
        })  # fmt: skip
    return APPRAISAL_RESULTS.from_rows(rows).sort(APPRAISAL_RESULTS.key)


def _of(rows: pl.DataFrame, option: str) -> pl.DataFrame:
    return rows.filter(pl.col("option_code") == option).sort("financial_year")


def _once(costs: Sequence[dict[str, Any]], rules: AppraisalRules) -> int:
    """What the last year leaves by costs, less what it would leave by those alone that recur."""
    last = rules.years[-1]
    recurring = [cost for cost in costs if cost["is_recurrent"]]
    whole, kept = (sum(stack_costs(rows, year=last, rules=rules).values()) for rows in (costs, recurring))
    return whole - kept


def _by_partner(costs: Sequence[dict[str, Any]], year: FinancialYear, rules: AppraisalRules) -> int:
    return nearest(stack_costs(costs, year=year, rules=rules)["paid_by_partner"] * rules.worth(year))


def _paid_at(running: Sequence[int]) -> int | None:
    """The place of the first year from which on nothing is below nought; None where the last is."""
    below = [at for at, left in enumerate(running) if left < 0]
    first = below[-1] + 1 if below else 0
    return first if first < len(running) else None


def _months(at: int, against: Sequence[int], running: Sequence[int]) -> int:
    if at == 0:
        return 0
    owed = -running[at - 1]
    return at * MONTHS + -(-owed * MONTHS // against[at])


def _is_affordable(payers: pl.DataFrame, option: str) -> bool | None:
    left = payers.filter(pl.col("option_code") == option)["left_pence"]
    if payers["left_pence"].null_count() == payers.height:
        return None
    return bool((left >= 0).all())
