"""Items dispensed on a practice prescription, by product and month."""

from pbc.tables.contract import Table, code, count, flag, identifier, month, number, pence

PRESCRIPTIONS = Table(
    name="prescriptions",
    grain="one practice, month and product",
    key=(
        "practice_code",
        "month",
        "bnf_code",
    ),
    columns=(
        code("practice_code", "the practice whose prescriber signed"),
        month("month", "month of dispensing"),
        code("bnf_code", "British National Formulary code of the product, 15 characters"),
        count("items", "prescription items"),
        number("quantity_count", "quantity in the unit of the product"),
        pence("net_ingredient_cost_pence", "price in the drug tariff before discounts, to the penny"),
        identifier(
            "actual_cost_hundred_thousandths",
            "actual cost in hundred-thousandths of a pound, never added to net ingredient cost",
        ),
        flag("is_unidentified", "prescribed on an unidentified practice code"),
    ),
)
