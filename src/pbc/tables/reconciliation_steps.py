"""From what care cost to what was invoiced, and on to the ledger, step by step, hospital by hospital."""

from pbc.tables.contract import Table, code, count, month, pence, text

RECONCILIATION_STEPS = Table(
    name="reconciliation_steps",
    grain="one month reached, period, commissioner, provider and step",
    key=("statement_month", "period", "commissioner_code", "provider_code", "step"),
    columns=(
        month("statement_month", "month reached"),
        code(
            "period",
            "year_to_date, or month: what changed since the reconciliation of the month before",
            allowed=("month", "year_to_date"),
        ),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital; none for entries that name no hospital"),
        count("sequence", "order in which to read the steps"),
        code("step", "the step, from costed_activity to ledger: see docs/reconciliation.md"),
        pence(
            "amount_pence",
            "what the step adds or takes; bill, invoiced and ledger are the sums of the steps before them",
        ),
        count("items_count", "differences behind the step"),
        text(
            "difference_id",
            "the difference, the same in every run, so that somebody can own it; empty where there is none",
        ),
        month("first_seen_month", "month in which the oldest difference behind it was first seen", nullable=True),
        code("rule", "rule applied"),
        text("reason", "plain sentence: what the step does"),
    ),
)
