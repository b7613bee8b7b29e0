"""How many people of each age and sex a practice had on its list on a day."""

from pbc.tables.contract import Table, code, count, day

REGISTERED_LISTS = Table(
    name="registered_lists",
    grain="one practice, day, sex and age band",
    key=(
        "practice_code",
        "as_at_on",
        "sex",
        "age_band",
    ),
    columns=(
        code("practice_code", "the practice"),
        day("as_at_on", "the day counted"),
        code("sex", "1 male, 2 female, 9 not specified"),
        code("age_band", "as the publisher bands it: 00-04 to 75+, or five-year bands to 95+"),
        count("patients_count", "people on the list"),
    ),
)
