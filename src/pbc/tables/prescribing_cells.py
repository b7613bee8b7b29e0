"""A month of prescribing added up to what statements need."""

from pbc.tables.contract import Table, code, count, month, pence

PRESCRIBING_CELLS = Table(
    name="prescribing_cells",
    grain="one month, practice and BNF chapter",
    key=(
        "month",
        "practice_code",
        "bnf_chapter",
    ),
    columns=(
        month("month", "month of dispensing"),
        code("practice_code", "the practice"),
        code("bnf_chapter", "first two characters of the BNF code"),
        count("items", "prescription items"),
        pence("net_ingredient_cost_pence", "price before discounts"),
    ),
)
