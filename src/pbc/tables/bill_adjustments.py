"""What the contract adds to or takes from the priced activity, shared back to practices."""

from pbc.tables.contract import Table, code, month, pence

BILL_ADJUSTMENTS = Table(
    name="bill_adjustments",
    grain="one month reached, provider, practice and kind",
    key=(
        "statement_month",
        "provider_code",
        "practice_code",
        "kind",
    ),
    columns=(
        month("statement_month", "month reached; amounts are for the year to date"),
        code("provider_code", "the hospital"),
        code("practice_code", "practice whose statement carries it"),
        code(
            "kind",
            "which of the terms: local_price, marginal_rate, block, cost_and_volume, fixed, variable, low_volume_block",
        ),
        pence("amount_pence", "added to the priced activity, year to date; negative is a reduction"),
        code("rule", "rule applied"),
    ),
)
