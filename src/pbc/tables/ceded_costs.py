"""What a stop-loss takes off practices, and the pool that bears it: no person is in it, only sums and how many people."""

from pbc.tables.contract import Table, code, count, month, pence, ratio, year

CEDED_COSTS = Table(
    name="ceded_costs",
    grain="one year, month reached and practice or risk pool",
    key=(
        "financial_year",
        "statement_month",
        "unit_kind",
        "unit_code",
    ),
    columns=(
        year("financial_year", "the year"),
        month("statement_month", "month reached; amounts are for the year to date"),
        code("unit_kind", "practice, or risk_pool: the sum of its practices", allowed=("practice", "risk_pool")),
        code("unit_code", "the practice, or the commissioner whose pool it is"),
        code("commissioner_code", "who pays"),
        pence("stop_loss_pence", "what one person can cost practices in a year; the pool bears the rest"),
        pence("cost_pence", "whole hospital cost, as paid by activity price"),
        pence("fixed_pence", "of it, paid by block or without a budget to hold it against: never ceded"),
        pence("no_person_pence", "of it, of nobody who can be told apart: restricted, or no NHS number: never ceded"),
        pence("ceded_pence", "of it, what the pool bears"),
        pence("borne_pence", "cost less what was ceded: what practices are judged on and charged with"),
        count("persons_count", "people of whom something was ceded, counted in each practice that ceded it"),
        pence("ceded_bill_pence", "the pool's part of what marginal rates do to the bill; negative is less"),
        ratio("expected_ceded_share", "share of budgets paid by activity expected to be ceded, known before the year"),
        pence("year_contribution_pence", "what the pool has for the whole year"),
        pence("contribution_pence", "of it, what the pool is expected to have borne by now: its budget to date"),
        pence("budget_taken_pence", "what that takes off the practice's budget to date; negative gives it back"),
        pence("variance_pence", "ceded less contribution to date: positive means the pool is overspent"),
        code(
            "basis",
            "held_back: by budget lines of the year; expected_share: of the practice's budget, nothing being held back",
            allowed=("held_back", "expected_share"),
        ),
        code("rule", "rule applied"),
        code("parameter", "policy value used"),
    ),
    note="Published only where a stop-loss applies. Ceded and borne add up to cost in every row; practices add up to their pool.",
)
