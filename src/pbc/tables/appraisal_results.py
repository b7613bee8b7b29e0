"""What becomes of an option against doing nothing: what it is worth, when it has paid for itself, and on what conditions."""

from pbc.tables.contract import Column, Kind, Table, code, count, flag, pence, ratio, text, year

APPRAISAL_RESULTS = Table(
    name="appraisal_results",
    grain="one case and option",
    key=("case_code", "option_code"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        text("option_name", "what it is called"),
        flag("is_do_nothing", "what the others are held against"),
        year("first_year", "the year appraised: money of this year is not discounted"),
        year("last_year", "last year looked at"),
        pence("net_present_value_pence", "what it leaves the commissioner with beyond doing nothing, discounted"),
        pence("net_pence", "the same, not discounted"),
        pence("recurrent_pence", "what the last year leaves beyond doing nothing, without costs that come once"),
        pence(
            "bill_pence",
            "what the hospitals' bill and prescribing fall by beyond doing nothing, all years, not discounted",
        ),
        pence(
            "partner_present_value_pence",
            "what partners pay beyond doing nothing, discounted: it is not the commissioner's",
        ),
        Column(
            "break_even_year",
            Kind.YEAR,
            "first year from whose end on what it leaves, added up, is never again below nought; empty: none looked at",
            nullable=True,
        ),
        count(
            "payback_months_count",
            "months from the first day of the year appraised until then, money of a year taken as even over it",
            nullable=True,
        ),
        ratio(
            "break_even_activity_ratio",
            "how much of the promised change makes it worth nought: 0.6 is six tenths; empty: nothing within reach does",
            nullable=True,
            minimum=0,
        ),
        flag(
            "is_affordable", "whether all it costs is within the money named; empty where none is named", nullable=True
        ),
    ),
)
