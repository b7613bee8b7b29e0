"""Budget against actual, by every cut a practice manager reads."""

from pbc.tables.contract import Table, code, count, month, number, pence

BUDGET_STATEMENTS = Table(
    name="budget_statements",
    grain="one statement month, practice, period, cut and item",
    key=(
        "statement_month",
        "practice_code",
        "period",
        "cut",
        "item",
    ),
    columns=(
        month("statement_month", "month reported"),
        code("practice_code", "the practice"),
        code("period", "month or year_to_date", allowed=("month", "year_to_date")),
        code(
            "cut",
            "total, service, point_of_delivery, specialty or provider",
            allowed=("total", "service", "point_of_delivery", "specialty", "provider"),
        ),
        code("item", "code within the cut; all for total"),
        code("payment_form", "how the line is paid; mixed where several"),
        count("activity_count", "stays, attendances or items", nullable=True),
        number("planned_activity", "what the budget was built on", nullable=True),
        pence("actual_pence", "what it cost"),
        pence("budget_pence", "profiled budget; empty where no budget is set at this cut", nullable=True),
        pence("variance_pence", "actual less budget: positive is an overspend", nullable=True),
        pence("year_budget_pence", "budget of the whole year", nullable=True),
        pence("forecast_outturn_pence", "expected year end by the simple profile method", nullable=True),
        count("previous_year_activity", "same period last year", nullable=True),
        pence(
            "previous_year_pence",
            "same period last year, at its own prices; empty across a break in grouping",
            nullable=True,
        ),
    ),
)
