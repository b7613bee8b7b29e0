"""What practices' statements add up to, tier by tier, and what stands beside them: the bill of whoever pays."""

from pbc.tables.contract import Table, code, count, month, pence

TIER_STATEMENTS = Table(
    name="tier_statements",
    grain="one statement month, unit, period, cut and item",
    key=(
        "statement_month",
        "unit_kind",
        "unit_code",
        "period",
        "cut",
        "item",
    ),
    columns=(
        month("statement_month", "month reported"),
        code("unit_kind", "cluster, commissioner or region", allowed=("cluster", "commissioner", "region")),
        code("unit_code", "its code; none for practices that belong to no unit of the kind"),
        code("period", "month or year_to_date", allowed=("month", "year_to_date")),
        code(
            "cut",
            "as in budget_statements; apart: what no practice's total holds; bill: total and apart together",
            allowed=("total", "service", "point_of_delivery", "specialty", "provider", "apart", "bill"),
        ),
        code("item", "code within the cut; apart: unbudgeted, not_attributed, marginal_rate or block"),
        count("practices_count", "practices added up"),
        count("activity_count", "stays, attendances or items; empty where one of them has none", nullable=True),
        pence("actual_pence", "what it cost"),
        pence("budget_pence", "sum of the budgets there are; empty where there is none", nullable=True),
        pence("variance_pence", "sum of the practices' variances; empty where none has one", nullable=True),
        pence("unbudgeted_pence", "cost of practices without a budget at this line, in no variance"),
        pence("year_budget_pence", "budget of the whole year", nullable=True),
        pence("forecast_outturn_pence", "sum of the years expected; empty where none has one", nullable=True),
        pence("previous_year_pence", "same period last year; empty where one of them has none", nullable=True),
    ),
    note="Every practice stands in exactly one unit of each kind, so that units of a kind add up to the same. Actual is budget "
    "plus variance plus unbudgeted, where a line shared out by head has a variance of nothing.",
)
