"""What an option leaves the commissioner with, year by year, and against doing nothing."""

from pbc.tables.contract import Table, code, pence, ratio, year

APPRAISAL_YEARS = Table(
    name="appraisal_years",
    grain="one case, option and year",
    key=("case_code", "option_code", "financial_year"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        year("financial_year", "the year"),
        pence("cost_pence", "what the commissioner gains by costs that change; below nought it pays more"),
        pence("bill_pence", "what it gains by the hospitals' bill as it really falls, and by prescribing"),
        pence("net_pence", "both together"),
        pence("against_pence", "the same less what doing nothing would leave it with"),
        pence("running_pence", "that, of this year and all before it, not discounted"),
        ratio("discount_ratio", "what a pound of the year is worth in the year appraised", minimum=0),
        pence("present_value_pence", "what the year leaves, in pounds of the year appraised"),
        pence(
            "against_present_value_pence",
            "the same less that of doing nothing; the years add up to the net present value",
        ),
    ),
)
