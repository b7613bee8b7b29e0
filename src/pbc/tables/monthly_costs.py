"""What care cost month by month, last year and this one."""

from pbc.tables.contract import Table, code, count, flag, month, pence

MONTHLY_COSTS = Table(
    name="monthly_costs",
    grain="one statement month, practice, line and month of activity",
    key=(
        "statement_month",
        "practice_code",
        "line",
        "month",
    ),
    columns=(
        month("statement_month", "month reported"),
        code("practice_code", "the practice that answers for it now"),
        code("line", "hospital care by activity, or prescribing", allowed=("hospital", "prescribing")),
        month("month", "month of activity, of the statement's year or the one before"),
        count(
            "activity_count", "stays and attendances, or items; empty in statements of earlier versions", nullable=True
        ),
        pence("cost_pence", "what it cost at the prices of its own year"),
        flag("is_broken", "grouped otherwise than this year's activity: not to be compared with it"),
    ),
)
