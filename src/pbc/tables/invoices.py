"""What providers ask to be paid: the heads of invoices and credit notes, as delivered."""

from pbc.tables.contract import Table, code, day, month, pence, text

INVOICE_KINDS = ("on_account", "monitoring", "reconciliation", "credit", "settlement")

INVOICES = Table(
    name="invoices",
    grain="one invoice or credit note of one provider to one commissioner",
    key=("commissioner_code", "provider_code", "invoice_number"),
    columns=(
        code("commissioner_code", "who is asked to pay"),
        code("provider_code", "the hospital that asks"),
        code("invoice_number", "the hospital's own number of the invoice"),
        month(
            "invoice_month", "month of the year's account it belongs to, which decides the year to date it counts in"
        ),
        code(
            "invoice_kind",
            "on_account before activity is known, monitoring or reconciliation once it is, credit, or settlement of the year",
            allowed=INVOICE_KINDS,
        ),
        day("dated_on", "day written on it"),
        day("due_on", "day it is to be paid by", nullable=True),
        pence("amount_pence", "its total; negative for a credit"),
        text("description", "what it says it is for", nullable=True),
    ),
)
