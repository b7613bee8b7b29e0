"""Activity that no practice can be charged with, kept visible."""

from pbc.tables.contract import Table, code, count, month, pence

NOT_ATTRIBUTED = Table(
    name="not_attributed",
    grain="one month, commissioner, provider, point of delivery and reason",
    key=(
        "month",
        "commissioner_code",
        "provider_code",
        "point_of_delivery",
        "attribution",
    ),
    columns=(
        month("month", "month of activity"),
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        code("point_of_delivery", "kind of activity"),
        code("attribution", "why: not_registered or unknown_practice"),
        count("activity_count", "stays or attendances"),
        pence("cost_pence", "what is paid"),
    ),
)
