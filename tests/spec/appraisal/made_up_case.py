"""A made-up case, a few words each row: shared by the tests of appraisals."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pbc.methods.appraisal import AppraisalRules, Scenario, add_up_years, find_appraisal_rules, stack_appraisal
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import ALL

YEAR = FinancialYear(2009)
YEARS = tuple(YEAR.plus(ahead).slug for ahead in range(5))
POLICY = load_policy("england-2005")
RULES = find_appraisal_rules(POLICY, year=YEAR)
OPTION = {
    "case_code": "HC",
    "option_code": "B",
    "option_name": "Heart clinic",
    "is_do_nothing": False,
    "noticed_on": None,
}
NOTHING = OPTION | {"option_code": "N", "option_name": "Do nothing", "is_do_nothing": True}
COST = {
    "case_code": "HC", "option_code": "B", "financial_year": "2009-10", "kind": "running", "paid_from": "commissioner_investment",
    "is_recurrent": True, "reason": "clinic",
}  # fmt: skip
CHANGE = {
    "case_code": "HC", "option_code": "B", "change_number": 1, "provider_code": "ZH1", "point_of_delivery": "OPFA",
    "treatment_function_code": "320", "practice_code": "all", "yearly_activity_change": -120, "from_month": 200904,
    "first_year_percent": 50, "second_year_percent": 100, "later_years_percent": 100,
}  # fmt: skip
PRICE = {
    "case_code": "HC", "provider_code": "ZH1", "point_of_delivery": "OPFA", "treatment_function_code": "320",
    "price_basis": "specialty", "activity_count": 40, "cost_pence": 600_000, "plan_price_pence": 580_000, "reason": "made up",
}  # fmt: skip
MONEY = ("base_pence", "short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence")


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    return ALL[name].from_rows(list(rows))


def options(*rows: dict[str, Any]) -> pl.DataFrame:
    return table("case_options", NOTHING, *(rows or (OPTION,)))


def costs(*rows: dict[str, Any]) -> pl.DataFrame:
    """Costs numbered in order; each row says what is other than a running cost of the option, paid every year."""
    return table("case_costs", *(COST | {"cost_number": at} | row for at, row in enumerate(rows, start=1)))


def clinic_costs() -> pl.DataFrame:
    """What the heart clinic costs: £10,000 once and £7,000 every year."""
    return costs({"kind": "set_up", "is_recurrent": False, "cost_pence": 1_000_000}, {"cost_pence": 700_000})


def done(practice: str, count: int, pence: int, **others: Any) -> dict[str, Any]:
    """What a practice did in a month: first attendances of cardiology at ZH1 unless said otherwise."""
    place = {"month": 200904, "provider_code": "ZH1", "point_of_delivery": "OPFA", "treatment_function_code": "320"}
    zero = dict.fromkeys(MONEY, 0) | {"excess_days": 0, "commissioner_code": "ZP1", "plan_price_pence": pence}
    return place | zero | {"practice_code": practice, "activity_count": count, "cost_pence": pence} | others


def bill(*amounts: int, step: str = "priced", option: str = "B") -> pl.DataFrame:
    """What one line's bill does from 2009/10 on, in one step."""
    rows = [
        {"change_code": option, "statement_month": 201003, "commissioner_code": "ZP1", "provider_code": "ZH1",
         "point_of_delivery": "OPFA", "financial_year": year, "sequence": 1, "step": step, "payment_form": "none",
         "amount_pence": amount, "rule": "made up", "reason": "made up"}
        for year, amount in zip(YEARS, amounts, strict=False)
    ]  # fmt: skip
    return table("bill_changes", *rows)


def with_value(name: str, value: Any, *, policy: Policy = POLICY) -> Policy:
    """The policy with one value agreed locally."""
    local = PolicyValue(name, name, "word", "", value, date(2004, 4, 1), "local_agreement", "test")
    return Policy(policy.regime, {**policy.values, name: (local,)})


def rules_with(**values: Any) -> AppraisalRules:
    """The rules with some values of appraisal.yaml agreed locally."""
    policy = POLICY
    for name, value in values.items():
        policy = with_value(f"appraisal.{name}", value, policy=policy)
    return find_appraisal_rules(policy, year=YEAR)


def years_of(
    case_costs: pl.DataFrame, bill_changes: pl.DataFrame, *, case_options: pl.DataFrame | None = None,
    rules: AppraisalRules = RULES, scenario: Scenario | None = None,
) -> pl.DataFrame:  # fmt: skip
    """The years of all options, stacked and added up."""
    held = options() if case_options is None else case_options
    lines = stack_appraisal(
        held, case_costs=case_costs, bill_changes=bill_changes, rules=rules, scenario=scenario or Scenario()
    )
    ALL["appraisal_lines"].require(lines, where="test")
    found = add_up_years(lines, case_options=held, rules=rules)
    ALL["appraisal_years"].require(found, where="test")
    return found


def of_option(rows: pl.DataFrame, column: str, option: str = "B") -> list[int]:
    return rows.filter(pl.col("option_code") == option)[column].to_list()
