"""How each provider is paid for each kind of activity in a year."""

from pbc.tables.contract import Column, Kind, Table, code, count, pence, text, year

PAYMENT_FORMS = (
    "activity_price",
    "marginal",
    "block",
    "cost_and_volume",
    "fixed",
    "variable",
    "low_volume_block",
    "local",
)


def _percent(name: str, meaning: str) -> Column:
    return Column(name, Kind.COUNT, meaning, nullable=True, minimum=0, maximum=100)


CONTRACT_FORMS = Table(
    name="contract_forms",
    grain="one commissioner, provider, year and point of delivery",
    key=(
        "commissioner_code",
        "provider_code",
        "financial_year",
        "point_of_delivery",
    ),
    columns=(
        code("commissioner_code", "who pays"),
        code("provider_code", "the hospital"),
        year("financial_year", "the year"),
        code("point_of_delivery", "kind of activity"),
        code("payment_form", "how the line is paid: see docs/contracts.md", allowed=PAYMENT_FORMS),
        pence(
            "baseline_pence",
            "value of the year above which the marginal rate applies, the block or fixed sum, or the sum paid within a "
            "corridor",
            nullable=True,
        ),
        _percent("marginal_percent", "percent of price paid above the baseline, or the corridor"),
        _percent("below_percent", "percent of price taken back below the baseline, or the corridor"),
        pence("floor_pence", "lower end of a corridor, value of the year", nullable=True),
        pence("ceiling_pence", "upper end of a corridor, value of the year", nullable=True),
        pence("local_price_pence", "agreed price of a unit, in place of the price list", nullable=True),
        count("plan_activity_count", "stays or attendances planned for the year", nullable=True),
        pence("plan_pence", "what the line is planned to come to in the year", nullable=True),
        text("source", "contract or assumption"),
    ),
)
