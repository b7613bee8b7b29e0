"""Changes to an agreed budget in the year: each a decision with its reason and, where money comes from outside, its source."""

from pbc.tables.contract import Table, code, count, month, pence, text, year

BUDGET_AMENDMENTS = Table(
    name="budget_amendments",
    grain="one year, amendment, practice and service",
    key=("financial_year", "amendment_number", "practice_code", "service"),
    columns=(
        year("financial_year", "the year budgeted"),
        count("amendment_number", "1 for the first of the year; rows of one number are one decision", minimum=1),
        code("practice_code", "the practice whose budget changes"),
        code("service", "service line"),
        code(
            "kind",
            "virement, in_year, risk_pool, top_slice or saving_protected",
            allowed=("virement", "in_year", "risk_pool", "top_slice", "saving_protected"),
        ),
        code(
            "money_source",
            "where the money comes from or goes to: practices (a virement), reserve, contingency, national, risk_pool, top_slice",
            allowed=("practices", "reserve", "contingency", "national", "risk_pool", "top_slice"),
        ),
        pence("amount_pence", "added to the budget of the year; negative takes from it"),
        month("effective_month", "first month whose budget it changes"),
        code("decision", "reference of the decision, such as a minute"),
        text("reason", "why, in a sentence people can read"),
    ),
)
