"""What changed in months already reported."""

from pbc.tables.contract import Table, code, count, month, pence, text

RESTATED_MONTHS = Table(
    name="restated_months",
    grain="one statement month, practice, earlier month and point of delivery",
    key=(
        "statement_month",
        "practice_code",
        "month",
        "point_of_delivery",
    ),
    columns=(
        month("statement_month", "month reported now"),
        code("practice_code", "the practice"),
        month("month", "earlier month that changed"),
        code("point_of_delivery", "kind of activity"),
        count("activity_before", "count in the previous statement"),
        count("activity_now", "count now"),
        pence("before_pence", "cost in the previous statement"),
        pence("now_pence", "cost now"),
        text("reason", "late rows, late delivery, restated delivery, register change or price change"),
    ),
)
