"""When committees that decide business cases meet, and until when papers are taken."""

from pbc.tables.contract import Table, code, day

DECISION_MEETINGS = Table(
    name="decision_meetings",
    grain="one commissioner and meeting",
    key=("commissioner_code", "meets_on"),
    columns=(
        code("commissioner_code", "whose committee it is"),
        day("meets_on", "day of the meeting"),
        day("papers_due_on", "last day on which a case can be submitted for it"),
    ),
)
