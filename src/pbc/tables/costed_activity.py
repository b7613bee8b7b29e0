"""What each contact costs, step by step."""

from pbc.tables.contract import Table, code, days, identifier, month, pence

COSTED_ACTIVITY = Table(
    name="costed_activity",
    grain="one stay or attendance costed",
    key=(
        "setting",
        "provider_code",
        "record_number",
    ),
    columns=(
        code("setting", "APC, OP or AE"),
        code("provider_code", "the hospital"),
        code("record_number", "the hospital number of the stay or attendance"),
        identifier("person_id", "keyed pseudonym", nullable=True),
        month("month", "month of activity"),
        code("practice_code", "practice that answers for it, or not-attributed"),
        code("attribution", "how the practice was found"),
        code("commissioner_code", "who pays"),
        code("point_of_delivery", "kind of activity"),
        code("treatment_function_code", "specialty, or pooled where restricted"),
        code("hrg_code", "price group, or pooled where restricted"),
        days("excess_days", "days beyond the right trim point"),
        pence("base_pence", "base price"),
        pence("short_stay_pence", "reduction for a short emergency stay, zero or negative"),
        pence("excess_days_pence", "excess days at their price"),
        pence("top_up_pence", "specialist top-up"),
        pence("market_forces_pence", "effect of the market forces factor, rounding included"),
        pence("cost_pence", "sum of the steps: what is paid"),
    ),
)
