"""What a stay, attendance or item that a case would change is paid at, and what it counts in a budget."""

from pbc.tables.contract import Table, code, count, pence, text

PRICE_BASES = ("local_price", "specialty", "hospital", "all_hospitals")

APPRAISAL_PRICES = Table(
    name="appraisal_prices",
    grain="one case, hospital, kind of activity and specialty",
    key=("case_code", "provider_code", "point_of_delivery", "treatment_function_code"),
    columns=(
        code("case_code", "the business case"),
        code("provider_code", "the hospital; all for prescribing"),
        code("point_of_delivery", "kind of activity"),
        code("treatment_function_code", "specialty, or all"),
        code(
            "price_basis",
            "local_price of the contract; else the average of what was done of the specialty at the hospital, of the kind at "
            "the hospital, or at all hospitals",
            allowed=PRICE_BASES,
        ),
        count(
            "activity_count", "stays, attendances or items averaged, of all practices; 1 for a local price", minimum=1
        ),
        pence("cost_pence", "what they were paid at, at the prices of the contract"),
        pence("plan_price_pence", "the same at the prices the budget was set with"),
        text("reason", "which months were averaged"),
    ),
    note="The price of one is the cost over the count, kept as two whole numbers so that nothing is rounded twice.",
)
