"""How far luck alone moves a year of a neighbourhood's pots together, before any of them is spent."""

from pbc.tables.contract import Table, code, count, number, pence, ratio, text, year

NEIGHBOURHOOD_BANDS = Table(
    name="neighbourhood_bands",
    grain="one commissioner and neighbourhood",
    key=("commissioner_code", "neighbourhood"),
    columns=(
        year("financial_year", "year of the formula"),
        code("commissioner_code", "whose money it is"),
        text("neighbourhood", "the neighbourhood; * for all the commissioner's practices together"),
        count("practices_count", "practices in it"),
        count("list_size", "people on their lists"),
        pence("amount_pence", "all its pots"),
        pence("judged_pence", "of them, those that luck moves: hospital care and prescribing"),
        pence(
            "chance_low_pence",
            "lower limit of the 95% chance band of those; empty if too small to judge",
            nullable=True,
        ),
        pence("chance_high_pence", "upper limit", nullable=True),
        pence("outer_low_pence", "lower limit with the usual error of the formula", nullable=True),
        pence("outer_high_pence", "upper limit", nullable=True),
        number("cheque_pounds", "phi: the size of one cheque used"),
        code("cheque_source", "default: no people are held to measure it on", nullable=True),
        ratio("formula_error_ratio", "tau: the usual error of the budget formula used", nullable=True),
        code("formula_error_source", "default", nullable=True),
        text("source", "publication the weights come from, and of the cheque"),
    ),
)
