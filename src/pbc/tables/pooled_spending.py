"""What each owner of a pooled line planned and spent of its own money, month by month."""

from pbc.tables.contract import Table, code, month, pence

POOLED_SPENDING = Table(
    name="pooled_spending",
    grain="one pooled line, month and owner",
    key=("line_code", "month", "owner_code"),
    columns=(
        code("line_code", "the pooled line"),
        month("month", "the month"),
        code("owner_code", "the owner who paid"),
        pence("budget_pence", "what it planned to spend on the line"),
        pence("spent_pence", "what it spent"),
    ),
)
