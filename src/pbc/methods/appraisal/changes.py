"""What promised changes of activity come to year by year, and added up to the lines of contracts they fall on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.methods.appraisal.check import FILES, require_within_reach
from pbc.methods.appraisal.rules import AS_EXPECTED, EXPECTED, AppraisalRules, Scenario
from pbc.money import nearest
from pbc.periods import FinancialYear, Month
from pbc.tables import APPRAISAL_CHANGES

WHERE = ("provider_code", "point_of_delivery", "treatment_function_code")
LINE = ("provider_code", "point_of_delivery")
MONTHS = 12
PRICES = ("cost_pence", "plan_price_pence")
LINE_CHANGES = {
    "option_code": pl.String, "commissioner_code": pl.String, "provider_code": pl.String, "point_of_delivery": pl.String,
    "financial_year": pl.String, "before_pence": pl.Int64, "change_pence": pl.Int64, "noticed_on": pl.Date,
}  # fmt: skip


def price_changes(
    case_activity_changes: pl.DataFrame,
    *,
    appraisal_prices: pl.DataFrame,
    rules: AppraisalRules,
    scenario: Scenario = AS_EXPECTED,
) -> pl.DataFrame:
    """This returns APPRAISAL_CHANGES: each promised change in each year it is felt in, in units and in pence.

    Grain in: CASE_ACTIVITY_CHANGES and APPRAISAL_PRICES. The yearly change times the share of months since it began, times
    the percent reached by then: `first_year_percent` in the financial year it begins in, `second_year_percent` in the next,
    `later_years_percent` after. Fractions of a unit are kept; pence are rounded once for each row. `scenario` says which
    estimate, how much of it and how much later. Source: decision methods/0253.
    """
    prices = {tuple(row[name] for name in WHERE): row for row in appraisal_prices.iter_rows(named=True)}
    rows, pence = [], 0
    for change in case_activity_changes.iter_rows(named=True):
        price = prices[tuple(change[name] for name in WHERE)]
        begins = _begins(change, scenario)
        yearly = _yearly(change, rules, scenario)
        for year in rules.years:
            moved = yearly * _reached(change, begins, year)
            if moved:
                paid, planned = (nearest(moved * Fraction(price[each], price["activity_count"])) for each in PRICES)
                pence += max(abs(paid), abs(planned))
                require_within_reach(pence, where=f"{FILES['case_activity_changes']}, row {change['change_number']}")
                rows.append(change | {
                    "financial_year": year.slug, "activity_change": float(moved), "change_pence": paid, "budget_change_pence": planned,
                })  # fmt: skip
    return APPRAISAL_CHANGES.from_rows(rows).sort(APPRAISAL_CHANGES.key)


def add_up_line_changes(
    appraisal_changes: pl.DataFrame, *, case_options: pl.DataFrame, case_activity_changes: pl.DataFrame,
    values_before: pl.DataFrame, commissioner_code: str, scenario: Scenario = AS_EXPECTED,
) -> pl.DataFrame:  # fmt: skip
    """This returns what each option changes on each line of a contract in each year: `LINE_CHANGES`, pence.

    Grain in: APPRAISAL_CHANGES, CASE_OPTIONS, CASE_ACTIVITY_CHANGES, and `values_before` by line (commissioner, hospital,
    kind of activity) with `before_pence`, nought where a line is not in it. Hospitals are told on the option's own day, else
    on the first day on which activity of the line changes.
    """
    told = dict(case_options.select("option_code", "noticed_on").iter_rows())
    begins: dict[tuple[str, ...], date] = {}
    for row in case_activity_changes.iter_rows(named=True):
        key = (row["option_code"], *(row[name] for name in LINE))
        first = _begins(row, scenario).start
        begins[key] = told[row["option_code"]] or min(begins.get(key, first), first)
    before = {
        (row["provider_code"], row["point_of_delivery"]): row["before_pence"]
        for row in values_before.filter(pl.col("commissioner_code") == commissioner_code).iter_rows(named=True)
    }
    added = appraisal_changes.group_by("option_code", *LINE, "financial_year").agg(pl.col("change_pence").sum())
    rows = [
        (
            option,
            commissioner_code,
            provider,
            kind,
            year,
            before.get((provider, kind), 0),
            pence,
            begins[option, provider, kind],
        )
        for option, provider, kind, year, pence in added.sort("option_code", *LINE, "financial_year").iter_rows()
    ]
    return pl.DataFrame(rows, schema=LINE_CHANGES, orient="row")


def _begins(change: dict[str, Any], scenario: Scenario) -> Month:
    return Month.from_number(change["from_month"]).plus(scenario.delay_months)


def _yearly(change: dict[str, Any], rules: AppraisalRules, scenario: Scenario) -> Fraction:
    expected = Fraction(change["yearly_activity_change"])
    if scenario.estimate == EXPECTED:
        return expected * scenario.activity_share
    own = change[f"{scenario.estimate}_activity_change"]
    way = -1 if scenario.estimate == "least" else 1
    return (expected * (1 + way * rules.activity_range) if own is None else Fraction(own)) * scenario.activity_share


def _reached(change: dict[str, Any], begins: Month, year: FinancialYear) -> Fraction:
    """What share of a full year's change is felt in a year."""
    ahead = year.starts_in - begins.financial_year.starts_in
    if ahead < 0:
        return Fraction(0)
    if ahead == 0:
        return Fraction(change["first_year_percent"] * (MONTHS + 1 - begins.month_of_year), 100 * MONTHS)
    return Fraction(change["second_year_percent" if ahead == 1 else "later_years_percent"], 100)
