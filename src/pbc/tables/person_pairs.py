"""How far what people cost in one year goes with what they cost the next: sums only, no person in it."""

from pbc.tables.contract import Table, code, count, number, year

PERSON_PAIRS = Table(
    name="person_pairs",
    grain="one year and practice",
    key=(
        "financial_year",
        "practice_code",
    ),
    columns=(
        year("financial_year", "the later of the two years"),
        code("practice_code", "the practice"),
        count("persons_count", "people on its list in both years"),
        number("before_pounds", "sum of their cost in the earlier year"),
        number("after_pounds", "sum of their cost in the later year"),
        number("before_squared_pounds", "sum of squared cost in the earlier year"),
        number("after_squared_pounds", "sum of squared cost in the later year"),
        number("product_pounds", "sum of the product of the two costs"),
    ),
)
