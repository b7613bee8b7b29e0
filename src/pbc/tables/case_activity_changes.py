"""How an option changes activity: where, how much a year, from when, how fast, and how sure that is."""

from pbc.tables.contract import Column, Kind, Table, code, count, month

ALL_OF_IT = "all"


def _percent(name: str, meaning: str) -> Column:
    return Column(name, Kind.COUNT, meaning, minimum=0, maximum=100)


CASE_ACTIVITY_CHANGES = Table(
    name="case_activity_changes",
    grain="one case, option and change",
    key=("case_code", "option_code", "change_number"),
    columns=(
        code("case_code", "the business case"),
        code("option_code", "the option"),
        count("change_number", "row of the file, from 1", minimum=1),
        code("provider_code", "the hospital; all for prescribing"),
        code(
            "point_of_delivery", "kind of activity: DC, EL, NEL, NELNE, OPFA, OPFUP, OPPROC, AE, or RX for prescribing"
        ),
        code("treatment_function_code", "specialty, or all"),
        code("practice_code", "whose patients, or all"),
        count(
            "yearly_activity_change",
            "stays, attendances or items more in a full year; less is below nought",
            minimum=None,
        ),
        count(
            "least_activity_change",
            "the least of it expected; empty: as the policy has it",
            nullable=True,
            minimum=None,
        ),
        count(
            "most_activity_change", "the most of it expected; empty: as the policy has it", nullable=True, minimum=None
        ),
        month("from_month", "first month of the change"),
        _percent("first_year_percent", "percent of the full change reached in the financial year it begins in"),
        _percent("second_year_percent", "percent reached in the year after"),
        _percent("later_years_percent", "percent reached in each year from then on"),
    ),
    note="In the year it begins only the months from the first count.",
)
