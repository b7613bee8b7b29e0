"""A prescribing pot shared by age and sex (ASTRO-PU) beside the same pot shared by need, and beside what was set."""

from pbc.tables.contract import Table, code, count, day, number, pence, text, year

PRESCRIBING_BUDGETS = Table(
    name="prescribing_budgets",
    grain="one year and practice",
    key=(
        "financial_year",
        "practice_code",
    ),
    columns=(
        year("financial_year", "the year"),
        code("practice_code", "the practice"),
        code("commissioner_code", "whose pot is shared"),
        day("list_as_at_on", "day of the list counted"),
        count("patients_count", "people on the list that day"),
        number(
            "astro_pu_weighted_population",
            "prescribing units of the list: people times the weight of their age and sex",
        ),
        number("need_weighted_population", "people weighted by prescribing need", nullable=True),
        pence("age_sex_pence", "the pot shared by prescribing units"),
        pence("need_pence", "the pot shared by need", nullable=True),
        pence("difference_pence", "shared by need less shared by age and sex", nullable=True),
        pence("set_pence", "the prescribing budget as set", nullable=True),
        text("weights_source", "where the weights come from; made up says so"),
        code("rule", "rule applied"),
        code("parameter", "policy value used"),
    ),
    note="Both columns share the same pot and add up to it.",
)
