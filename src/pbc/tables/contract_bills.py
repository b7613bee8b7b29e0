"""What a commissioner owes a hospital under its contract, year to date: priced activity, then what the terms do to it."""

from pbc.tables.contract import Table, code, count, month, pence, text

CONTRACT_BILLS = Table(
    name="contract_bills",
    grain="one month reached, commissioner, provider, point of delivery and step",
    key=("statement_month", "commissioner_code", "provider_code", "point_of_delivery", "step"),
    columns=(
        month("statement_month", "month reached; amounts are for the year to date"),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        code("point_of_delivery", "kind of activity"),
        count("sequence", "order in which to read the steps"),
        code(
            "step",
            "priced, local_price, then the effect of the form: marginal_rate, block, cost_and_volume, fixed, variable, "
            "low_volume_block",
        ),
        code("payment_form", "how the line is paid; none where no contract names it and its price is paid"),
        count("activity_count", "stays and attendances behind the line; empty but for the step priced", nullable=True),
        pence("amount_pence", "what the step adds or takes, year to date; the steps of a line add up to its bill"),
        code("rule", "rule applied"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what the step does"),
    ),
    note="All steps but priced, added over hospitals, are bill_adjustments, to the penny.",
)
