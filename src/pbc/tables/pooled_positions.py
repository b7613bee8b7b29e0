"""Where each owner of a pooled line stands, month by month, in its own financial year."""

from pbc.tables.contract import Table, code, day, flag, month, pence, text

POOLED_POSITIONS = Table(
    name="pooled_positions",
    grain="one pooled line, month and owner",
    key=("line_code", "month", "owner_code"),
    columns=(
        code("line_code", "the pooled line"),
        month("month", "the month"),
        code("owner_code", "the owner"),
        flag("is_shared", "a signed agreement holds in the month; else each bears what it spent"),
        pence("budget_pence", "what it planned to spend"),
        pence("spent_pence", "what it spent"),
        pence("contribution_pence", "its agreed part of the pool's budget; its own plan where nothing is shared"),
        pence("risk_pence", "its part of what the pool spent beyond budget, below nought of what it did not spend"),
        pence("borne_pence", "contribution and risk: what the month costs it"),
        pence("settlement_pence", "borne less spent: above nought it pays the other owners, below it is paid"),
        day("year_starts_on", "first day of its own financial year"),
        pence("borne_to_date_pence", "borne since that day"),
        pence("settlement_to_date_pence", "settlement since that day"),
        text("reason", "what was applied, in words"),
    ),
    note="In every month what owners bear adds up to what they spent, and settlements to nought.",
)
