"""Prescribing that no practice's statement counts: by whom it was signed as the delivery has it, never lost from the total."""

from pbc.tables.contract import Table, code, count, month, pence

UNIDENTIFIED_PRESCRIBERS = Table(
    name="unidentified_prescribers",
    grain="one statement month, month of dispensing and prescriber code",
    key=(
        "statement_month",
        "month",
        "prescriber_code",
        "kind",
    ),
    columns=(
        month("statement_month", "month reported; the year to date, as far as prescribing is known"),
        month("month", "month of dispensing"),
        code("prescriber_code", "the code as delivered, or not-attributed where only sums are held"),
        code(
            "kind",
            "unidentified: marked so in the delivery; not_in_register: a code of no practice of the register",
            allowed=("unidentified", "not_in_register"),
        ),
        count("items", "prescription items"),
        pence("net_ingredient_cost_pence", "price before discounts"),
    ),
    note="Prescribing of practices in the register and these rows add up to all that was delivered.",
)
