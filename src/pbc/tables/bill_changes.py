"""What a change in activity does to the bill: this year as the form pays it, and next year once the baseline is set anew."""

from pbc.tables.contract import Table, code, count, month, pence, text, year

BILL_CHANGES = Table(
    name="bill_changes",
    grain="one change, month reached, line of a contract, year and step",
    key=(
        "change_code",
        "statement_month",
        "commissioner_code",
        "provider_code",
        "point_of_delivery",
        "financial_year",
        "step",
    ),
    columns=(
        code("change_code", "which change: against_plan, or what a case calls it"),
        month("statement_month", "month reached, when the change was measured"),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        code("point_of_delivery", "kind of activity"),
        year("financial_year", "the year whose bill changes: that of the month, year to date, or the whole next one"),
        count("sequence", "order in which to read the steps"),
        code(
            "step",
            "priced; not_paid, which the form does not follow; rebased, once the baseline is set anew; stranded, which "
            "stays with the commissioner even then",
            allowed=("priced", "not_paid", "rebased", "stranded"),
        ),
        code("payment_form", "how the line is paid"),
        pence("amount_pence", "what the step adds to the bill; the steps of a line and year add up to its change"),
        code("rule", "rule applied"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what the step does"),
    ),
)
