"""What a unit of activity is paid, by year: prices are data."""

from pbc.tables.contract import Column, Kind, Table, code, days, flag, text, year

TARIFF_PRICES = Table(
    name="tariff_prices",
    grain="one year, price group and point of delivery",
    key=(
        "financial_year",
        "hrg_code",
        "point_of_delivery",
    ),
    columns=(
        year("financial_year", "the year these prices hold; they cost no other"),
        code("hrg_code", "price group: HRG, or attendance group"),
        code("point_of_delivery", "DC, EL, NEL, NELNE, OPFA, OPFUP, OPPROC, AE"),
        text("grouper_version", "the grouping the codes belong to; two versions are never compared"),
        Column(
            "price_pence",
            Kind.PENCE,
            "base price of a unit; above £500,000 is a mistake",
            minimum=0,
            maximum=50_000_000,
        ),
        days("trim_point_days", "days of stay covered by the base price", nullable=True),
        Column(
            "excess_day_price_pence",
            Kind.PENCE,
            "price of each day beyond the trim point; above £1,000 is a mistake",
            nullable=True,
            minimum=0,
            maximum=100_000,
        ),
        flag("is_short_stay_reducible", "the short-stay emergency price applies to this group"),
        Column(
            "short_stay_percent",
            Kind.COUNT,
            "percent of the base price paid for an eligible short stay",
            minimum=0,
            maximum=100,
        ),
        Column("top_up_percent", Kind.COUNT, "percent added for specialist work", minimum=0, maximum=200),
        text("source", "publication the price comes from, or made up"),
    ),
)
