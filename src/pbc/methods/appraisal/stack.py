"""The steps of an option, year by year: what it costs by kind, what the bill does, and what a later pound is worth less."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from pbc.methods.appraisal.rules import AS_EXPECTED, DISCOUNT_RATE, OPTIMISM, AppraisalRules, Scenario
from pbc.money import nearest
from pbc.periods import FinancialYear
from pbc.tables import APPRAISAL_LINES
from pbc.tables.appraisal_lines import BILL_STEPS, COST_STEPS, DISCOUNT
from pbc.tables.case_costs import COST_KINDS

PARTNER = "partner"
STEPS = (*COST_STEPS, *BILL_STEPS, DISCOUNT)
WHEN_REBASED = ("rebased", "stranded")
COST_RULE, BILL_RULE, TIME_RULE = "costs of the case", "decision methods/0236", "decision methods/0254"
BASELINE, LEFT = "ledger.rebased_from", "ledger.rebased_share"
SAYS: dict[str, tuple[str, str | None, str]] = {
    "set_up": (COST_RULE, None, "What it takes to begin."),
    "running": (COST_RULE, None, "What it takes to go on."),
    "double_running": (COST_RULE, None, "Old and new run side by side for a while."),
    "stranded_cost": (COST_RULE, None, "What is no longer used and is paid for all the same."),
    "premises": (COST_RULE, None, "Rooms and buildings."),
    "workforce": (COST_RULE, None, "People who do the work."),
    "optimism": (TIME_RULE, OPTIMISM, "Added to costs because cases are written by optimists."),
    "paid_by_partner": (COST_RULE, None, "What partners pay of it, which is not the commissioner's."),
    "priced": (BILL_RULE, None, "What the change in activity comes to at contract prices."),
    "not_paid": (BILL_RULE, None, "What of it the payment form does not follow."),
    "rebased": (BILL_RULE, BASELINE, "What follows once the baseline is set anew."),
    "stranded": (BILL_RULE, LEFT, "What stays in the bill although the baseline was set anew."),
    DISCOUNT: (TIME_RULE, DISCOUNT_RATE, "A pound of a later year is worth less than one of the year appraised."),
}


def stack_appraisal(
    case_options: pl.DataFrame, *, case_costs: pl.DataFrame, bill_changes: pl.DataFrame, rules: AppraisalRules,
    scenario: Scenario = AS_EXPECTED,
) -> pl.DataFrame:  # fmt: skip
    """This returns APPRAISAL_LINES: the steps of every option and year; what an option gains stands above nought.

    Grain in: CASE_OPTIONS, CASE_COSTS, and BILL_CHANGES whose `change_code` is the option, of any lines and years. A cost
    that recurs is paid in its year and every later one looked at. Costs come out higher by `cost_share` of their size; where
    no baseline is set anew the bill's steps `rebased` and `stranded` are left out. The steps of a year add up to its present
    value, in whole pence, each rounded once; `discount` is that less what stands before it. A step without effect is left
    out. Source: decisions methods/0253 and methods/0254.
    """
    bill = _bill(bill_changes, scenario)
    costs = case_costs.partition_by("option_code", as_dict=True)
    rows = []
    for option in case_options.iter_rows(named=True):
        held = costs.get((option["option_code"],))
        own = held.to_dicts() if held is not None else []
        for year in rules.years:
            amounts = stack_costs(own, year=year, rules=rules, scenario=scenario)
            amounts |= bill.get((option["option_code"], year.slug), {})
            left = sum(amounts.values())
            amounts[DISCOUNT] = nearest(left * rules.worth(year)) - left
            key = {name: option[name] for name in ("case_code", "option_code")} | {"financial_year": year.slug}
            rows += [key | _told(step, amounts[step]) for step in STEPS if amounts.get(step)]
    return APPRAISAL_LINES.from_rows(rows).sort(APPRAISAL_LINES.key)


def stack_costs(
    costs: Iterable[dict[str, Any]], *, year: FinancialYear, rules: AppraisalRules, scenario: Scenario = AS_EXPECTED
) -> dict[str, int]:
    """This returns what the costs of one option leave the commissioner with in a year, by step, in pence.

    Grain in: rows of CASE_COSTS. Optimism is added to what the commissioner pays, not to what is saved.
    """
    amounts = dict.fromkeys(COST_STEPS, 0)
    padded = 0
    for cost in costs:
        first = FinancialYear.parse(cost["financial_year"])
        if not (first == year or (cost["is_recurrent"] and first < year)):
            continue
        paid = cost["cost_pence"] + nearest(scenario.cost_share * abs(cost["cost_pence"]))
        amounts[cost["kind"]] -= paid
        if cost["paid_from"] == PARTNER:
            amounts["paid_by_partner"] += paid
        else:
            padded += max(paid, 0)
    amounts["optimism"] = -nearest(padded * rules.optimism_share)
    return amounts


def _bill(bill_changes: pl.DataFrame, scenario: Scenario) -> dict[tuple[str, str], dict[str, int]]:
    """What the bill's steps leave the commissioner with, by option and year: a bill that falls is a gain."""
    kept = bill_changes if scenario.is_rebased else bill_changes.filter(~pl.col("step").is_in(WHEN_REBASED))
    added = kept.group_by("change_code", "financial_year", "step").agg(pl.col("amount_pence").sum())
    found: dict[tuple[str, str], dict[str, int]] = {}
    for option, year, step, pence in added.iter_rows():
        found.setdefault((option, year), {})[step] = -pence
    return found


def _told(step: str, amount: int) -> dict[str, Any]:
    rule, parameter, reason = SAYS[step]
    return {
        "sequence": STEPS.index(step) + 1, "step": step, "amount_pence": amount, "rule": rule, "parameter": parameter,
        "reason": reason,
    }  # fmt: skip


assert set(COST_KINDS) < set(COST_STEPS)  # each kind of cost is a step of its name
