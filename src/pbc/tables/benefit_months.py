"""Which months after a case began are judged, and how much of the promise was due in each."""

from pbc.tables.contract import Table, code, count, flag, month, ratio, text

BENEFIT_MONTHS = Table(
    name="benefit_months",
    grain="one case, months after the start and month",
    key=(
        "case_code",
        "after_months",
        "month",
    ),
    columns=(
        code("case_code", "the case"),
        count("after_months", "3, 6 or 12"),
        month("month", "month of the care"),
        flag("is_used", "delivered and complete enough to be judged"),
        ratio("due_share", "part of the full promise due in it, by the phase-in", minimum=0),
        text("reason", "plain words: how complete it is, or why it is left out"),
    ),
)
