"""The commissioner's rates in the year before a case: the yardstick kept for every later comparison."""

from pbc.tables.contract import Table, code, count, pence

ANY = "any"  # sex and age band of contacts whose sex or age is on no list: spread evenly over everybody

BENEFIT_RATES = Table(
    name="benefit_rates",
    grain="one case, sex and age band",
    key=(
        "case_code",
        "sex",
        "age_band",
    ),
    columns=(
        code("case_code", "the case"),
        code("sex", "1 male, 2 female, 9 not specified; any: contacts on no list's sex and age"),
        code("age_band", "lowest age of the band in two digits, or any"),
        count("person_months_count", "people on lists, added over the months"),
        count("activity_count", "their contacts"),
        pence("cost_pence", "cost of their contacts"),
    ),
)
