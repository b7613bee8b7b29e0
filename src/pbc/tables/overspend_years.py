"""What becomes of a year over its budget: what the pool lent, what is carried, what was repaid, and where that leaves the holder."""

from pbc.tables.contract import Table, code, count, flag, pence, text, year

OVERSPEND_YEARS = Table(
    name="overspend_years",
    grain="one year and budget holder",
    key=(
        "financial_year",
        "unit_kind",
        "unit_code",
    ),
    columns=(
        year("financial_year", "the year"),
        code("unit_kind", "practice or cluster: where the budget is held", allowed=("practice", "cluster")),
        code("unit_code", "its code"),
        code("commissioner_code", "who pays"),
        pence("variance_pence", "cost less budget of lines that can free money, on the basis shared; positive is over"),
        pence("overspend_pence", "of it, what is over budget"),
        pence("covered_pence", "of the overspend, lent by the risk pool"),
        pence("carried_pence", "of the overspend, set against savings of later years"),
        pence("commissioner_pence", "of the overspend, left with the commissioner"),
        pence("retained_pence", "what practices keep of freed-up resources by the rule of the year"),
        pence("repaid_pence", "of it, repaid to the risk pool"),
        pence("offset_pence", "of it, set against overspends carried from earlier years"),
        pence("free_pence", "of it, left to be released"),
        pence("from_next_budget_pence", "due to the pool and not met from savings: it comes off the next budget"),
        pence("carried_before_pence", "overspends carried from earlier years"),
        pence("lapsed_pence", "of them, no longer carried by the rule of this year"),
        pence("carried_on_pence", "overspends carried to the next year"),
        pence("owed_pence", "owed to the risk pool at the close"),
        pence("window_variance_pence", "cost less budget, added over the years that have to balance together"),
        count("window_years_count", "years held of them, this one among them"),
        count("years_over_count", "years over budget in a row, this one among them"),
        flag("is_incentive_lost", "whether the local incentive award of the year is lost"),
        code(
            "standing",
            "in_balance; over; may_lose_budget, after arbitration; contract_considered by the commissioner",
            allowed=("in_balance", "over", "may_lose_budget", "contract_considered"),
        ),
        code("rule", "rule applied"),
        code("parameter", "policy value used"),
        text("reason", "plain sentence: what the rule of the year says of it"),
    ),
    note="Overspend is covered, carried and left with the commissioner; retained is repaid, offset and free; carried before is "
    "offset, lapsed and, with what is carried anew, carried on.",
)
