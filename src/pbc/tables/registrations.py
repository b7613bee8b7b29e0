"""Which practice a person was registered with, as half-open periods."""

from pbc.tables.contract import Table, code, count, day, identifier

REGISTRATIONS = Table(
    name="registrations",
    grain="one person and start",
    key=(
        "person_id",
        "starts_on",
    ),
    columns=(
        identifier("person_id", "keyed pseudonym, never an NHS number"),
        code("practice_code", "the practice"),
        day("starts_on", "first day on the list"),
        day("ends_before", "first day no longer on the list; 9999-12-31 while registered"),
        count("birth_year", "calendar year of birth"),
        code("sex", "1 male, 2 female, 9 not specified"),
    ),
)
