"""Savings a practice has shown, which for some years do not lower the baseline its budget starts from."""

from pbc.tables.contract import Table, code, count, pence, text, year

BUDGET_PROTECTIONS = Table(
    name="budget_protections",
    grain="one practice, service, first year and decision",
    key=("practice_code", "service", "first_year", "decision"),
    columns=(
        code("practice_code", "the practice that made the saving"),
        code("service", "service line it was made on"),
        year("first_year", "first year whose budget would start lower because of it"),
        pence("amount_pence", "the saving shown, added back to the baseline of each year; above nought"),
        count("years_count", "years it is added back; empty means as policy says", nullable=True, minimum=1),
        code("decision", "reference of the decision that recognised it"),
        text("reason", "why, in a sentence people can read"),
    ),
)
