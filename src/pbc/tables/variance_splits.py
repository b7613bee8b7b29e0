"""Why a line is over or under: four causes that add up exactly."""

from pbc.tables.contract import Table, code, month, pence

VARIANCE_SPLITS = Table(
    name="variance_splits",
    grain="one statement month, practice and point of delivery",
    key=(
        "statement_month",
        "practice_code",
        "point_of_delivery",
    ),
    columns=(
        month("statement_month", "month reported; the split is of the year to date"),
        code("practice_code", "the practice"),
        code("point_of_delivery", "kind of activity"),
        pence("variance_pence", "actual less budget, year to date"),
        pence("population_pence", "more or fewer people on the list than planned, at planned rate and price"),
        pence("volume_pence", "more or less activity per person than planned, at planned price"),
        pence("case_mix_pence", "dearer or cheaper kinds of activity, at planned prices"),
        pence("price_pence", "prices other than planned"),
    ),
)
