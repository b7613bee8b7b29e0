"""What an option asks of each who pays, beside the money the case names."""

from __future__ import annotations

import polars as pl

from pbc.methods.appraisal.rules import AppraisalRules
from pbc.periods import FinancialYear
from pbc.tables import APPRAISAL_PAYERS


def compare_money(
    case_options: pl.DataFrame, *, case_costs: pl.DataFrame, case_money: pl.DataFrame, rules: AppraisalRules
) -> pl.DataFrame:
    """This returns APPRAISAL_PAYERS: by option, year and whose money what is needed, named and left.

    Grain in: CASE_OPTIONS, CASE_COSTS, CASE_MONEY. Where a case names money, what it does not name of somebody is nought;
    where it names none at all, what is named and left is not known. Costs are as the case has them, without allowances.
    """
    needed: dict[tuple[str, str, str], int] = {}
    for cost in case_costs.iter_rows(named=True):
        first = FinancialYear.parse(cost["financial_year"])
        for year in rules.years:
            if year == first or (cost["is_recurrent"] and year > first):
                key = (cost["option_code"], year.slug, cost["paid_from"])
                needed[key] = needed.get(key, 0) + cost["cost_pence"]
    named = {(row["financial_year"], row["paid_from"]): row["named_pence"] for row in case_money.iter_rows(named=True)}
    rows = []
    for option in case_options.iter_rows(named=True):
        own = {key[1:]: pence for key, pence in needed.items() if key[0] == option["option_code"]}
        for year, paid_from in sorted({*own, *named}):
            asked = own.get((year, paid_from), 0)
            held = named.get((year, paid_from), 0) if named else None
            rows.append({
                "case_code": option["case_code"], "option_code": option["option_code"], "financial_year": year,
                "paid_from": paid_from, "needed_pence": asked, "named_pence": held,
                "left_pence": None if held is None else held - asked,
            })  # fmt: skip
    return APPRAISAL_PAYERS.from_rows(rows).sort(APPRAISAL_PAYERS.key)
