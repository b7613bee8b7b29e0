"""What an invoice is made up of, line by line, as delivered."""

from pbc.tables.contract import Table, code, count, month, pence, text

LINE_KINDS = ("activity", "block", "terms", "on_account", "drug", "device", "adjustment")

INVOICE_LINES = Table(
    name="invoice_lines",
    grain="one line of one invoice",
    key=("commissioner_code", "provider_code", "invoice_number", "line_number"),
    columns=(
        code("commissioner_code", "who is asked to pay"),
        code("provider_code", "the hospital that asks"),
        code("invoice_number", "the invoice it stands on"),
        count("line_number", "its place on the invoice, from 1", minimum=1),
        month("month", "month of activity, or of the account the line is for"),
        code(
            "line_kind",
            "activity at price; block sum of a line; terms, what a marginal rate takes off; on_account, or taken back again; "
            "drug; device; adjustment",
            allowed=LINE_KINDS,
        ),
        code("point_of_delivery", "kind of activity; needed on lines of activity and block", nullable=True),
        code("treatment_function_code", "specialty, where the line says it", nullable=True),
        code("practice_code", "practice, where the line says it", nullable=True),
        count("activity_count", "stays or attendances charged", nullable=True, minimum=None),
        pence("amount_pence", "what the line asks for; negative where it gives back"),
        code(
            "agreement_reference", "the letter or variation both sides signed, for an agreed adjustment", nullable=True
        ),
        text("settles_difference", "difference_id that this line settles, so that it is no longer open", nullable=True),
        text("description", "what the line says it is for", nullable=True),
    ),
)
