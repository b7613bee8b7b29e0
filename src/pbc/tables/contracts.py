"""Who has agreed with which hospital for a year: the contract that lines, plans and variations belong to."""

from pbc.tables.contract import Table, code, day, days, pence, text, year

CONTRACTS = Table(
    name="contracts",
    grain="one commissioner, provider and financial year",
    key=("commissioner_code", "provider_code", "financial_year"),
    columns=(
        code("contract_code", "what both sides call the contract; each once"),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        year("financial_year", "the year"),
        day("starts_on", "first day it holds"),
        day("ends_before", "day after the last it holds"),
        day("signed_on", "day both sides signed; empty while it is not signed", nullable=True),
        days("notice_days", "notice before a baseline may be set anew; empty: as the policy has it", nullable=True),
        pence("plan_pence", "what its lines are planned to come to in the year"),
        text("source", "contract or assumption"),
    ),
)
