"""The year of a budget spread over its months, with the activity it would buy."""

from pbc.tables.contract import Table, code, month, number, pence, year

BUDGET_PROFILES = Table(
    name="budget_profiles",
    grain="one year, practice, service, point of delivery and month",
    key=(
        "financial_year",
        "practice_code",
        "service",
        "point_of_delivery",
        "month",
    ),
    columns=(
        year("financial_year", "the year budgeted"),
        code("practice_code", "the practice"),
        code("service", "service line"),
        code("point_of_delivery", "kind of activity, or the service itself where it has none"),
        month("month", "the month"),
        code("payment_form", "activity_price, marginal, block, apportioned, local"),
        pence("budget_pence", "budget of the month"),
        number("planned_activity", "stays, attendances or items the budget was built on", nullable=True),
        number("planned_list_size", "people on the list the budget was built on", nullable=True),
    ),
)
