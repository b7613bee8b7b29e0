"""A pot of money added up to neighbourhoods; the parts add up to the pot."""

from pbc.tables.contract import Table, code, count, number, pence, text, year

NEIGHBOURHOOD_SHARES = Table(
    name="neighbourhood_shares",
    grain="one pot, commissioner and neighbourhood",
    key=("pot", "commissioner_code", "neighbourhood"),
    columns=(
        year("financial_year", "year of the formula"),
        text("pot", "name of the pot"),
        code("commissioner_code", "whose money it is"),
        text("neighbourhood", "the neighbourhood, or unassigned"),
        count("practices_count", "practices in it"),
        number("registered_population", "people on their lists"),
        number("weighted_population", "people after weighting by the pot's measure"),
        pence("amount_pence", "its part of the pot"),
        text("source", "publication the weights come from"),
    ),
)
