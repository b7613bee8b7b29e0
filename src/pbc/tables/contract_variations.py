"""What was changed in a contract after it was signed, and from when."""

from pbc.tables.contract import Table, code, count, day, month, pence, text, year

CONTRACT_VARIATIONS = Table(
    name="contract_variations",
    grain="one contract, variation and point of delivery",
    key=("contract_code", "variation_number", "point_of_delivery"),
    columns=(
        code("contract_code", "the contract that is varied"),
        year("financial_year", "its year"),
        count("variation_number", "1 for the first variation of the contract", minimum=1),
        code("point_of_delivery", "kind of activity: the line that is varied"),
        day("agreed_on", "day both sides agreed it; statements up to a day before do not know it"),
        month("from_month", "first month it is felt in; the changes are spread from there to the end of the year"),
        pence("baseline_change_pence", "what the year adds to or takes from the baseline; may be negative"),
        pence("plan_change_pence", "what the year adds to or takes from the plan; may be negative"),
        count("plan_activity_change", "stays or attendances added to or taken from the plan", minimum=None),
        text("reason", "why, in a sentence"),
        text("source", "document or assumption"),
    ),
)
