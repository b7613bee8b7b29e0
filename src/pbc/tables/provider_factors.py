"""The market forces factor of each provider and year."""

from pbc.tables.contract import Table, code, count, text, year

PROVIDER_FACTORS = Table(
    name="provider_factors",
    grain="one provider and year",
    key=(
        "provider_code",
        "financial_year",
    ),
    columns=(
        code("provider_code", "the hospital"),
        year("financial_year", "the year"),
        count(
            "market_forces_factor_millionths",
            "factor times one million: 1.0542 is 1054200, so that pence stay whole numbers",
        ),
        text("source", "publication, or made up"),
    ),
)
