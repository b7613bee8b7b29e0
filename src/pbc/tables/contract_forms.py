"""How each provider is paid for each kind of activity in a year."""

from pbc.tables.contract import Column, Kind, Table, code, pence, text, year

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
        code(
            "payment_form",
            "activity_price, marginal, block, local",
            allowed=("activity_price", "marginal", "block", "local"),
        ),
        pence("baseline_pence", "value above which the marginal rate applies, or the block sum", nullable=True),
        Column(
            "marginal_percent",
            Kind.COUNT,
            "percent of price paid above the baseline",
            nullable=True,
            minimum=0,
            maximum=100,
        ),
        text("source", "contract or assumption"),
    ),
)
