"""A pot of money shared among a commissioner's practices by published need."""

from pbc.tables.contract import Table, code, number, pence, text, year

POT_SHARES = Table(
    name="pot_shares",
    grain="one pot, commissioner and practice",
    key=("pot", "commissioner_code", "practice_code"),
    columns=(
        year("financial_year", "year of the formula"),
        text("pot", "name of the pot"),
        code("commissioner_code", "whose money it is"),
        code("practice_code", "the practice"),
        text("practice_name", "name as published", nullable=True),
        text("neighbourhood", "its neighbourhood on the day, or unassigned"),
        text("measure", "the publisher's name of the weighted population that shares the pot"),
        number("registered_population", "people on the list"),
        number("weighted_population", "people after weighting by that measure"),
        pence("amount_pence", "its part of the pot"),
        text("list_note", "why the list is unusual, where it is", nullable=True),
        text("source", "publication the weights come from"),
    ),
)
