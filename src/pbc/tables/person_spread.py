"""What one year of people cost in each practice: the ingredients of chance, no person in it."""

from pbc.tables.contract import Table, code, count, number, year

PERSON_SPREAD = Table(
    name="person_spread",
    grain="one year and practice",
    key=(
        "financial_year",
        "practice_code",
    ),
    columns=(
        year("financial_year", "the year"),
        code("practice_code", "the practice"),
        count("persons_count", "people on the list in the year, with or without any cost"),
        number("person_years", "exposure: years on the list"),
        number("cost_pounds", "sum of cost over people"),
        number("cost_squared_pounds", "sum of squared cost over people"),
        number("cost_exposure_pounds", "sum of cost times exposure"),
        number("exposure_squared_years", "sum of squared exposure"),
        number("event_cost_squared_pounds", "sum of squared price over events"),
    ),
)
