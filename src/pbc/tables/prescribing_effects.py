"""Why prescribing costs other than in the same months a year ago: volume, mix and prices set nationally, adding up exactly."""

from pbc.tables.contract import Table, code, count, month, pence, text

PRESCRIBING_EFFECTS = Table(
    name="prescribing_effects",
    grain="one statement month, prescriber and step",
    key=(
        "statement_month",
        "practice_code",
        "step",
    ),
    columns=(
        month("statement_month", "month reported; amounts are of the year to date, as far as prescribing is known"),
        code("practice_code", "the practice, or not-attributed for unidentified prescribers together"),
        count("sequence", "order in which to read the steps"),
        code(
            "step",
            "last_year, the same months a year ago; volume, more or fewer items; mix, other products, packs and brands; "
            "price, the national list price of the same products",
            allowed=("last_year", "volume", "mix", "price"),
        ),
        pence("amount_pence", "what the step adds; the steps add up to this year's net ingredient cost"),
        month("known_to_month", "last month of prescribing compared"),
        code("rule", "rule applied"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what the step does, with the months in which the price list changed"),
    ),
)
