"""From last year's budget to this year's, step by step; the steps of a line add up to this year's budget."""

from pbc.tables.contract import Table, code, count, pence, text, year

BUDGET_CHANGES = Table(
    name="budget_changes",
    grain="one year, practice, service and step",
    key=("financial_year", "practice_code", "service", "step"),
    columns=(
        year("financial_year", "the year budgeted, set beside the one before"),
        code("practice_code", "the practice, with those it has taken over"),
        code("service", "service line"),
        count("sequence", "order in which to read the steps"),
        code(
            "step",
            "last_year, uplift, list_size, need, pace_of_change, top_slice, risk_pool, adjustment, amendment, other",
        ),
        pence("amount_pence", "last year's budget, then what each step adds or takes"),
        text("reason", "plain sentence: what the step does"),
    ),
)
