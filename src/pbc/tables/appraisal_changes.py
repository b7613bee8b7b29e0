"""What each promised change of activity comes to in each year, at contract prices and at those of the budget."""

from pbc.tables.contract import Table, code, count, number, pence, year

APPRAISAL_CHANGES = Table(
    name="appraisal_changes",
    grain="one case, option, change and year",
    key=("case_code", "option_code", "change_number", "financial_year"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        count("change_number", "row of the case's changes", minimum=1),
        year("financial_year", "the year"),
        code("provider_code", "the hospital; all for prescribing"),
        code("point_of_delivery", "kind of activity"),
        code("treatment_function_code", "specialty, or all"),
        code("practice_code", "whose patients, or all"),
        number("activity_change", "stays, attendances or items more in the year, fractions kept"),
        pence("change_pence", "what they come to at contract prices"),
        pence("budget_change_pence", "the same at the prices the budget was set with"),
    ),
)
