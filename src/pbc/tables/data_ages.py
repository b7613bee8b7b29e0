"""How old the data behind a statement are and how complete, month by month and kind of delivery."""

from pbc.tables.contract import Table, code, count, flag, month, ratio, text

DATA_AGES = Table(
    name="data_ages",
    grain="one statement month, month covered and kind of delivery",
    key=(
        "statement_month",
        "month",
        "setting",
    ),
    columns=(
        month("statement_month", "month reported"),
        month("month", "month of the care"),
        code(
            "setting",
            "kind of delivery",
            allowed=("admitted_care", "outpatients", "accident_and_emergency", "prescribing"),
        ),
        text("received_at", "when the month's own delivery was received, UTC; empty where it was not", nullable=True),
        count("activity_count", "stays, attendances or items of the month held, from all deliveries"),
        count("usual_count", "how many are usual so long after the month; empty without a past", nullable=True),
        ratio("usual_ratio", "held against usual; empty without a past", nullable=True, minimum=0),
        ratio(
            "completion_ratio",
            "part of a month that has usually come by now, of what comes in the end; empty without a past",
            nullable=True,
            minimum=0,
        ),
        count("refused_count", "rows of the month's own delivery refused, each with its reason"),
        flag("is_left_out", "never came, and is left out of the statement"),
    ),
    note="Counted over the whole of the commissioners delivered for. Usual: the median of months that are full, times the "
    "part that has usually come by now (decision methods/0168).",
)
