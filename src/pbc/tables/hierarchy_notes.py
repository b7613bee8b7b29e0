"""What a reading of published hierarchies left out or settled, and why."""

from pbc.tables.contract import Table, identifier, text

HIERARCHY_NOTES = Table(
    name="hierarchy_notes",
    grain="one note",
    key=("note_id",),
    columns=(
        identifier("note_id", "its place, from 1"),
        text("note", "a sentence for people"),
    ),
)
