"""A month of costed activity added up to what statements need."""

from pbc.tables.contract import Table, code, count, month, pence

ACTIVITY_CELLS = Table(
    name="activity_cells",
    grain="one month, practice, provider, point of delivery and specialty",
    key=(
        "month",
        "practice_code",
        "provider_code",
        "point_of_delivery",
        "treatment_function_code",
    ),
    columns=(
        month("month", "month of activity"),
        code("practice_code", "the practice, or not-attributed"),
        code("provider_code", "the hospital"),
        code("point_of_delivery", "kind of activity"),
        code("treatment_function_code", "specialty, or pooled"),
        code("commissioner_code", "who pays"),
        count("activity_count", "stays or attendances"),
        count("excess_days", "days beyond the trim point"),
        pence("base_pence", "base price"),
        pence("short_stay_pence", "reduction for short emergency stays"),
        pence("excess_days_pence", "excess days at their price"),
        pence("top_up_pence", "specialist top-up"),
        pence("market_forces_pence", "effect of the market forces factor"),
        pence("cost_pence", "what is paid"),
        pence("plan_price_pence", "the same activity at the prices the budget was set with"),
    ),
)
