"""Each step by which a budget came to be; the sum of the steps is the budget."""

from pbc.tables.contract import Table, code, count, pence, text, year

BUDGET_LINES = Table(
    name="budget_lines",
    grain="one year, practice, service and step",
    key=(
        "financial_year",
        "practice_code",
        "service",
        "step",
    ),
    columns=(
        year("financial_year", "the year budgeted"),
        code("practice_code", "the practice"),
        code("service", "service line"),
        count("sequence", "order in which to read the steps"),
        code(
            "step",
            "historic, saving_protected, uplift, need, pace_of_change, top_slice, risk_pool, adjustment, pool_repayment, rounding; "
            "an amendment of the year is its kind and number, like virement_2",
        ),
        pence("amount_pence", "what the step adds or takes"),
        code(
            "payment_form",
            "activity_price, marginal, block, apportioned, local",
            allowed=("activity_price", "marginal", "block", "apportioned", "local"),
        ),
        code("rule", "the rule of rules.md or local agreement"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what the step does"),
    ),
)
