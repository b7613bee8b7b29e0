"""For every day on which a case may be submitted: the last meeting inside its eight weeks, as stretches of days."""

from pbc.tables.contract import Table, code, count, day

ANSWERS = ("possible", "impossible", "not_known")

DECISION_CALENDAR = Table(
    name="decision_calendar",
    grain="one commissioner and stretch of days",
    key=("commissioner_code", "first_submitted_on"),
    columns=(
        code("commissioner_code", "whose meetings they are"),
        day("first_submitted_on", "first day of submission of the stretch"),
        day("last_submitted_on", "last day of it"),
        count("days_count", "days in the stretch", minimum=1),
        code("answer", "whether a meeting can decide within eight weeks", allowed=ANSWERS),
        day("meets_on", "the last meeting inside the eight weeks of each of these days", nullable=True),
        day("papers_due_on", "its paper deadline", nullable=True),
    ),
    note="not_known: no listed meeting can decide, and the eight weeks run past the last meeting listed.",
)
