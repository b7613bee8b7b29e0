"""The risk pool as a bank: who paid in, who drew and for what, who repays by when, with the balance after each movement."""

from pbc.tables.contract import Table, code, count, day, pence, text, year

POOL_MOVEMENTS = Table(
    name="pool_movements",
    grain="one year, pool and movement",
    key=(
        "financial_year",
        "commissioner_code",
        "sequence",
    ),
    columns=(
        year("financial_year", "the year"),
        code("commissioner_code", "whose pool it is"),
        count("sequence", "order in which to read the movements"),
        code(
            "kind",
            "opening, what the pool had; owed_before, a drawing of an earlier year; contribution; support, put in by the "
            "commissioner; high_cost, people above the stop-loss; repayment; overspend_cover, a loan; returned",
            allowed=(
                "opening", "owed_before", "contribution", "repayment", "support", "high_cost", "overspend_cover", "returned",
            ),
        ),
        code(
            "unit_kind",
            "whose movement it is: a practice, a cluster, or the commissioner for the whole pool",
            allowed=("practice", "cluster", "commissioner"),
        ),
        code("unit_code", "its code"),
        pence("amount_pence", "paid into the pool; negative is drawn from it"),
        pence("balance_pence", "what the pool has after it"),
        pence("owed_change_pence", "what the movement adds to what the unit owes the pool; negative is repaid"),
        pence("owed_pence", "what the unit owes the pool after it"),
        code("drawn_year", "the year of the drawing that is owed or repaid", nullable=True),
        day("repay_on", "the last day for repaying it", nullable=True),
        code(
            "paid_from",
            "of a repayment: the holder's own savings of the year, its next budget, or the commissioner in its place",
            nullable=True,
            allowed=("savings", "next_budget", "commissioner"),
        ),
        code("rule", "rule applied"),
        code("parameter", "name of the policy value used, or none", nullable=True),
        text("reason", "plain sentence: what moved and why"),
    ),
    note="Amounts add up to the last balance. A pool is never below nought unless `pool.may_go_below_zero` says so.",
)  # fmt: skip
