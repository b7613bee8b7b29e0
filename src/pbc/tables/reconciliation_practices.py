"""The same steps by practice: what each practice's care cost, and what was invoiced for it."""

from pbc.tables.contract import Table, code, count, month, pence

RECONCILIATION_PRACTICES = Table(
    name="reconciliation_practices",
    grain="one month reached, commissioner, practice and step",
    key=("statement_month", "commissioner_code", "practice_code", "step"),
    columns=(
        month("statement_month", "month reached; amounts are for the year to date"),
        code("commissioner_code", "who pays"),
        code("practice_code", "practice, or not-attributed"),
        count("sequence", "order in which to read the steps"),
        code("step", "the step, from costed_activity to invoiced"),
        pence("amount_pence", "what the step adds or takes, year to date, over all hospitals"),
    ),
    note="What an invoice says of no practice is carried as the bill is; what it differs by stands at not-attributed.",
)
