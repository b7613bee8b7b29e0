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
        number("cost_pounds", "sum of cost over people, each capped at the stop-loss if there is one"),
        number("cost_squared_pounds", "sum of squared cost over people"),
        number("cost_exposure_pounds", "sum of cost times exposure"),
        number("exposure_squared_years", "sum of squared exposure"),
        number("event_cost_pounds", "sum of price over events, those of nobody on the list included"),
        number("event_cost_squared_pounds", "sum of squared price over events"),
        number("ceded_pounds", "sum of what the stop-loss takes off people's cost"),
        number("ceded_squared_pounds", "sum of the squares of that"),
        number("ceded_exposure_pounds", "sum of that times exposure"),
        count("negative_persons_count", "people whose adjustments exceed their cost: counted as no cost here"),
    ),
)
