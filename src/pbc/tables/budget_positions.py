"""Where each practice stands on the lines that can be judged: what chance bands and freed-up resources start from."""

from pbc.tables.contract import Table, code, count, month, pence, ratio, year

BUDGET_POSITIONS = Table(
    name="budget_positions",
    grain="one year, month reached and practice",
    key=(
        "financial_year",
        "statement_month",
        "practice_code",
    ),
    columns=(
        year("financial_year", "the year"),
        month("statement_month", "month reached; amounts are for the year to date"),
        code("practice_code", "the practice"),
        code("cluster_code", "its cluster or neighbourhood", nullable=True),
        code("commissioner_code", "who pays"),
        count("list_size", "people on the list, part years by their exposure"),
        count("months_count", "months of the period in which the practice was open"),
        pence("activity_budget_pence", "hospital lines paid by activity, in-year, restated for actual list and need"),
        pence("activity_actual_pence", "the same lines at the prices the budget was set with"),
        pence("price_effect_pence", "what other prices than planned add to the same lines", nullable=True),
        pence("prescribing_budget_pence", "prescribing", nullable=True),
        pence("prescribing_actual_pence", "prescribing", nullable=True),
        pence(
            "fixed_budget_pence",
            "block lines, the part of a line its block hospitals were planned for, management: no chance",
            nullable=True,
        ),
        pence("fixed_actual_pence", "the same lines", nullable=True),
        pence("apportioned_budget_pence", "shared out by head, not measured: never judged, never freed", nullable=True),
        pence("bill_adjustment_pence", "marginal rate effects on the bill, negative is less", nullable=True),
        pence("completion_error_pence", "standard error of what is not yet reported", nullable=True),
        pence("ceded_pence", "what a stop-loss takes off the activity lines, borne by the risk pool", nullable=True),
        pence(
            "formula_budget_pence",
            "activity and prescribing lines at fair shares, where the budget is not",
            nullable=True,
        ),
        ratio("year_share", "share of the year budget that falls to date; empty means the whole year", nullable=True),
        ratio("history_weight_ratio", "weight of own history in the hospital budget; empty means none", nullable=True),
        ratio("prescribing_history_weight_ratio", "the same of prescribing; empty means as hospital", nullable=True),
        count("history_years_count", "years of that history", nullable=True),
    ),
    note="Made within a flow from statements and registers; an empty amount means the practice has no such line. "
    "Where a stop-loss applies, amounts are on capped cost: ceded_pence is no longer in the actual.",
)
