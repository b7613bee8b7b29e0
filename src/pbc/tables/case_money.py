"""The money a case names: what each who pays has set aside for it, year by year."""

from pbc.tables.case_costs import PAID_FROM
from pbc.tables.contract import Table, code, pence, year

CASE_MONEY = Table(
    name="case_money",
    grain="one case, year and whose money",
    key=("case_code", "financial_year", "paid_from"),
    columns=(
        code("case_code", "the business case"),
        year("financial_year", "the year"),
        code("paid_from", "whose money", allowed=PAID_FROM),
        pence("named_pence", "what may be spent of it on any one option"),
    ),
)
