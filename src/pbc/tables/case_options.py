"""What a business case chooses between, doing nothing among it."""

from pbc.tables.contract import Table, code, day, flag, text

CASE_OPTIONS = Table(
    name="case_options",
    grain="one case and option",
    key=("case_code", "option_code"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        text("option_name", "what it is called"),
        flag("is_do_nothing", "what the others are held against; exactly one option of a case is"),
        day(
            "noticed_on",
            "day its hospitals are told of less or more activity; empty: the first day activity changes",
            nullable=True,
        ),
    ),
)
