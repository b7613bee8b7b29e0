"""Each step by which an option changes the commissioner's money, year by year; the sum of all steps is its present value."""

from pbc.tables.contract import Table, code, count, pence, text, year

COST_STEPS = (
    "set_up",
    "running",
    "double_running",
    "stranded_cost",
    "premises",
    "workforce",
    "optimism",
    "paid_by_partner",
)
BILL_STEPS = ("priced", "not_paid", "rebased", "stranded")
DISCOUNT = "discount"

APPRAISAL_LINES = Table(
    name="appraisal_lines",
    grain="one case, option, year and step",
    key=("case_code", "option_code", "financial_year", "step"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        year("financial_year", "the year"),
        count("sequence", "order in which to read the steps", minimum=1),
        code(
            "step",
            "costs by kind, optimism, paid_by_partner; then the bill: priced, not_paid by the form, rebased, stranded; discount",
            allowed=(*COST_STEPS, *BILL_STEPS, DISCOUNT),
        ),
        pence("amount_pence", "what the commissioner gains by it; below nought what it pays"),
        code("rule", "rule applied"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what the step does"),
    ),
    note="Steps but the last add up to what the year leaves the commissioner with; with discount, to its present value. A step "
    "without effect is left out.",
)
