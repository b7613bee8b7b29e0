"""Where a practice stands against its fair share."""

from pbc.tables.contract import Table, code, number, pence, ratio, text, year

BUDGET_TARGETS = Table(
    name="budget_targets",
    grain="one year, practice and service",
    key=(
        "financial_year",
        "practice_code",
        "service",
    ),
    columns=(
        year("financial_year", "the year budgeted"),
        code("practice_code", "the practice"),
        code("service", "service line, or total"),
        pence("historic_pence", "what its past activity comes to at this year prices", nullable=True),
        pence("target_pence", "fair share"),
        pence("budget_pence", "budget set"),
        ratio("opening_distance_ratio", "historic over target less one", nullable=True),
        ratio("closing_distance_ratio", "budget over target less one"),
        number("years_to_target", "years at this pace until within one percent", nullable=True),
        text("list_note", "university, care home, small list: why it is pooled or judged apart", nullable=True),
    ),
)
