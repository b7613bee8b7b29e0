"""The commissioner's general ledger of what it buys, entry by entry, as extracted."""

from pbc.tables.contract import Table, code, day, month, pence, text

ENTRY_KINDS = ("invoice", "credit", "accrual", "prepayment", "settlement", "journal")

LEDGER_ENTRIES = Table(
    name="ledger_entries",
    grain="one entry posted to an account",
    key=("commissioner_code", "entry_number"),
    columns=(
        code("commissioner_code", "whose ledger it is"),
        code("entry_number", "the ledger's own number of the entry"),
        day("posted_on", "day it was posted"),
        month("month", "month of the account it counts in"),
        code("account_code", "account it was posted to"),
        code(
            "entry_kind",
            "invoice, credit or settlement posted; accrual, or its reversal; prepayment, or its reversal; journal by hand",
            allowed=ENTRY_KINDS,
        ),
        code("provider_code", "the hospital; empty where the entry names none", nullable=True),
        code("invoice_number", "the invoice posted", nullable=True),
        pence("amount_pence", "what it adds to expenditure; a prepayment, and what is reversed, takes away"),
        text("description", "what the entry says", nullable=True),
    ),
)
