"""What stands behind a step of a reconciliation: each difference with both sides, by record, line or entry."""

from pbc.tables.contract import Table, code, count, month, pence, text

RECONCILIATION_ITEMS = Table(
    name="reconciliation_items",
    grain="one month reached, difference and practice",
    key=("statement_month", "difference_id", "practice_code"),
    columns=(
        month("statement_month", "month reached; differences are those open in the year to date"),
        text("difference_id", "the difference, the same in every run"),
        code("practice_code", "practice that carries it, or not-attributed"),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital; none for entries that name no hospital"),
        code("step", "the step it stands behind"),
        text("reason", "why the sides differ, as one word of docs/reconciliation.md"),
        month("month", "month of activity, or of the account", nullable=True),
        code("point_of_delivery", "kind of activity", nullable=True),
        code("setting", "APC, OP or AE, where it is a record", nullable=True),
        code(
            "record_number", "the hospital's number of the record; empty where records are pooled by law", nullable=True
        ),
        code("invoice_number", "the invoice, where the difference is on it", nullable=True),
        count("line_number", "the line of the invoice", nullable=True),
        code("entry_number", "the entry, where the difference is in the ledger", nullable=True),
        pence("ours_pence", "what our side has"),
        pence("charged_pence", "what the other side has"),
        pence("difference_pence", "the other side less ours: what it adds to the step"),
        month("first_seen_month", "month in which it was first seen"),
    ),
)
