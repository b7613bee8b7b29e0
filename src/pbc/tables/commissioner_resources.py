"""What a commissioner has to spend on each service in a year."""

from pbc.tables.contract import Table, code, pence, text, year

COMMISSIONER_RESOURCES = Table(
    name="commissioner_resources",
    grain="one year, commissioner and service",
    key=(
        "financial_year",
        "commissioner_code",
        "service",
    ),
    columns=(
        year("financial_year", "the year"),
        code("commissioner_code", "who pays"),
        code("service", "service line"),
        pence("amount_pence", "resource of the year before top-slice"),
        code(
            "payment_form",
            "activity_price, block, apportioned, local",
            allowed=("activity_price", "marginal", "block", "apportioned", "local"),
        ),
        text("source", "publication, agreement, or made up"),
    ),
)
