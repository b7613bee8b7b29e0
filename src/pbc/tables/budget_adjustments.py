"""Adjustments agreed between practices after the formula: each with its reason, none without."""

from pbc.tables.contract import Table, code, pence, text, year

BUDGET_ADJUSTMENTS = Table(
    name="budget_adjustments",
    grain="one year, practice and service",
    key=("financial_year", "practice_code", "service"),
    columns=(
        year("financial_year", "the year budgeted"),
        code("practice_code", "the practice"),
        code("service", "service line"),
        pence("amount_pence", "added to the budget; negative takes from it"),
        text("reason", "why, in a sentence people can read"),
    ),
)
