"""What an option does to each line of each practice's budget, at budget prices, beyond doing nothing."""

from pbc.tables.contract import Table, code, pence, year

APPRAISAL_BUDGETS = Table(
    name="appraisal_budgets",
    grain="one case, option, year, practice and service",
    key=("case_code", "option_code", "financial_year", "practice_code", "service"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        year("financial_year", "the year"),
        code("practice_code", "the practice"),
        code("service", "line of its budget"),
        pence("change_pence", "what is charged to the line more; less is below nought"),
        pence("budget_pence", "the line's budget of the year appraised; empty where none is set", nullable=True),
    ),
    note="A change for all practices is shared by what each had done of it, to the penny; lines of an option and year add up to "
    "its change at budget prices. It is what statements will count: the bill may fall later.",
)
