"""What an option asks of each who pays, beside the money the case names."""

from pbc.tables.case_costs import PAID_FROM
from pbc.tables.contract import Table, code, pence, year

APPRAISAL_PAYERS = Table(
    name="appraisal_payers",
    grain="one case, option, year and whose money",
    key=("case_code", "option_code", "financial_year", "paid_from"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        year("financial_year", "the year"),
        code("paid_from", "whose money", allowed=PAID_FROM),
        pence("needed_pence", "what its costs come to; below nought they are saved"),
        pence("named_pence", "what the case names; empty where it names no money at all", nullable=True),
        pence("left_pence", "named less needed; below nought it is short", nullable=True),
    ),
    note="Costs only: what the hospitals' bill does is not among what is asked for.",
)
