"""One page per commissioner: practice statements, the bill, what was invoiced, and the ledger; nothing left over unnamed."""

from pbc.tables.contract import Table, code, month, pence

LEDGER_POSITIONS = Table(
    name="ledger_positions",
    grain="one month reached and commissioner",
    key=("statement_month", "commissioner_code"),
    columns=(
        month("statement_month", "month reached; amounts are for the year to date"),
        code("commissioner_code", "who pays"),
        pence("statements_pence", "hospital care in the statements of its practices, as worked out then"),
        pence("not_attributed_pence", "care no practice answers for, as worked out then"),
        pence("adjustments_pence", "what contract terms add or take, as worked out then"),
        pence(
            "since_statement_pence", "what deliveries since those statements add, and practices that changed who pays"
        ),
        pence("bill_pence", "sum of the four: the bill by contract"),
        pence("named_pence", "differences with a name"),
        pence("unexplained_pence", "differences without one"),
        pence("invoiced_pence", "sum of the three: what was invoiced, but for settlements"),
        pence("posting_pence", "invoices not in the ledger, twice there or otherwise, and entries of no invoice"),
        pence("accrued_pence", "accruals in the ledger"),
        pence("prepaid_pence", "prepayments in the ledger; they take away"),
        pence("settlement_pence", "settlements invoiced"),
        pence("journals_pence", "other entries made by hand"),
        pence("ledger_pence", "what the ledger shows"),
        pence("difference_pence", "the ledger less all the above: 0, or something is wrong with the program"),
        pence("due_pence", "the bill, with drugs, devices and agreed adjustments: what is owed"),
        pence("to_accrue_pence", "what is owed and not yet in the ledger; negative is to be prepaid"),
    ),
)
