"""What pages of business cases ask the engine of appraisals: faults of rows typed, and a published appraisal as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pbc.flows.case_rows import check_typed_case
from pbc.flows.show_appraisal import show_appraisal
from pbc.reports.appraisal import READING, SHEETS, AppraisalReport, describe_options
from pbc.reports.appraisal_tables import STEPS
from pbc.reports.view import PageTable
from pbc_web.runs.reading import site_store

Rows = Mapping[str, Sequence[Mapping[str, str | None]]]
APPRAISED = frozenset(SHEETS)  # the tables whose figures a case's page opens

WORDS = {  # columns that pages call otherwise
    "option_code": "option", "option_name": "what it is called", "provider_code": "hospital", "point_of_delivery": "activity",
    "treatment_function_code": "specialty", "practice_code": "practice", "yearly_activity_change": "change in a full year",
    "least_activity_change": "at least", "most_activity_change": "at most", "from_month": "from month", "reason": "what for",
}  # fmt: skip


@dataclass(frozen=True)
class Appraised:
    """A case as appraised: a paragraph an option, tables, and of each table the figure id of each cell that is one."""

    title: str
    sentences: tuple[str, ...]
    reading: str
    tables: tuple[PageTable, ...]
    figures: Mapping[str, Mapping[tuple[int, int], str]]
    is_made_up: bool


def faults_of_rows(table: str, rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """This returns what is wrong with the rows of one table of a case while it is written, a sentence each, by row and column."""
    found = check_typed_case({table: [{"case": "this case", **row} for row in rows]}).to_dicts()
    return [f"Row {row['row_number']}, {_expected(row)}" for row in found]


def row_faults(rows: Rows) -> list[str]:
    """This returns what is wrong with rows typed for a case, a sentence each, by table, row and column."""
    return [
        f"{row['table_name'].removeprefix('case_').replace('_', ' ').capitalize()}, row {row['row_number']}, {_expected(row)}"
        for row in check_typed_case(rows).to_dicts()
    ]


def _expected(row: Mapping[str, Any]) -> str:
    """Of a fault: the column in the words of its page, what is expected there, and what was found."""
    name = WORDS.get(row["column_name"], row["column_name"]).replace("_", " ")
    return f"{name}: {row['value_expected']} expected" + (
        f", {row['value_found']} found." if row["value_found"] else "."
    )


def appraised_in(set_name: str, set_id: str) -> Appraised:
    """This returns a published appraisal as pages show it."""
    report = show_appraisal(site_store().at(set_name, set_id))
    tables = tuple(each for each in report.pages if each.rows)
    figures = {each.name: _steps_of(report, each) for each in tables if each.name.startswith("steps-")}
    return Appraised(report.title, describe_options(report), READING, tables, figures, report.is_made_up)


def _steps_of(report: AppraisalReport, table: PageTable) -> dict[tuple[int, int], str]:
    """The figure of each cell of an option's steps: a step in a year; a net effect and present value are of the year itself."""
    option = table.name.removeprefix("steps-")
    years = [head.title.replace("/", "-") for head in table.heads[1:-1]]
    steps = {
        (STEPS[row["step"]], row["financial_year"]): row["figure_id"]
        for row in report.tables["appraisal_lines"].to_dicts() if row["option_code"].lower() == option
    }  # fmt: skip
    return {
        (at, place): steps[row[0], year]
        for at, row in enumerate(table.rows)
        for place, year in enumerate(years, start=1)
        if (row[0], year) in steps
    }
