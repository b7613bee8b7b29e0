"""Practices to look at before pots are agreed: unmatched, unassigned, dormant, across a boundary, moving."""

from pbc.tables.contract import Table, code, text, year

POT_EXCEPTIONS = Table(
    name="pot_exceptions",
    grain="one kind of exception, practice and neighbourhood",
    key=("exception_kind", "practice_code", "neighbourhood"),
    columns=(
        year("financial_year", "year of the formula"),
        code("exception_kind", "unmatched, without_pot, unassigned, dormant, cross_boundary or moving"),
        code("practice_code", "the practice"),
        text("practice_name", "name as published, empty if unknown", nullable=True),
        code("commissioner_code", "its commissioner, empty if unknown", nullable=True),
        text("neighbourhood", "the neighbourhood named, or unassigned"),
        text("reason", "what it means for its money"),
    ),
)
