"""What a provider says it did and charges, added up: aggregate contract monitoring."""

from pbc.tables.contract import Table, code, count, month, pence

MONITORED_TOTALS = Table(
    name="monitored_totals",
    grain="one commissioner, provider, month, kind of charge, point of delivery and specialty",
    key=("commissioner_code", "provider_code", "month", "charge_kind", "point_of_delivery", "treatment_function_code"),
    columns=(
        code("commissioner_code", "who is charged"),
        code("provider_code", "the hospital that charges"),
        month("month", "month of activity"),
        code("charge_kind", "activity, drug or device", allowed=("activity", "drug", "device")),
        code("point_of_delivery", "kind of activity; none for drugs and devices"),
        code("treatment_function_code", "specialty; none where it is not said"),
        count("activity_count", "stays or attendances", minimum=None),
        pence("charged_pence", "what is asked for them"),
    ),
)
