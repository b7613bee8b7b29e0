"""What is wrong with rows of a section that is called done: told at their field as it is saved, and once more before it is submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError

from pbc_web.business_cases.case_rows import letters_of, table_of
from pbc_web.business_cases.forms.rows import RowsField
from pbc_web.business_cases.routing import Latest
from pbc_web.business_cases.sections import Question, Section, sections_of
from pbc_web.business_cases.sections.schema import ROWS
from pbc_web.runs.appraisal_readings import faults_of_rows

Rows = Sequence[Mapping[str, str]]


def row_fault(
    section: Section, question: Question, rows: Rows, *, letters: Collection[str], named: Collection[str] = ()
) -> str:
    """This returns the first thing wrong with a question's rows, or nothing: what a row leaves out, an option that is not there, what the
    appraisal cannot read. `letters` are those of the case's options, `named` those its other rows name."""
    for number, row in enumerate(rows, start=1):
        left = [each.label for each in question.columns if each.is_needed and not row.get(each.name)]
        if left:
            return f"Row {number} says nothing under {left[0]}"
    table = table_of(section.code, question.name)
    if table is None:
        return ""
    own = [row.get("option", "") for row in rows]
    said = gone(named, own) if table == "case_options" else _unknown(rows, letters)
    return said or next(iter(faults_of_rows(table, rows)), "")


def gone(named: Collection[str], letters: Collection[str]) -> str:
    """This returns which options other rows name that have no letter any more, or nothing."""
    lost = sorted(set(named) - set(letters))
    return f"Rows of “Activity and money” name {', '.join(lost)}: no option has that letter now" if lost else ""


def _unknown(rows: Rows, letters: Collection[str]) -> str:
    for number, row in enumerate(rows, start=1):
        if "option" in row and row["option"] not in letters:
            known = ", ".join(letters) or "none yet"
            return f"Row {number}, Option: no option has the letter {row['option']}. The section “Options” has {known}"
    return ""


def faults_of_done(kind: str, latest: Latest, *, on: date) -> Iterator[tuple[Section, str]]:
    """This yields sections called done whose rows cannot be read as they stand, each with the first thing wrong."""
    letters = letters_of(latest)
    for section in sections_of(kind):
        if section.code in latest and latest[section.code].is_done:
            for question in section.questions:
                rows = latest[section.code].answers.get(question.name) or [] if question.kind == ROWS else []
                said = _cell_fault(question, rows, on) or row_fault(section, question, rows, letters=letters)
                if said:
                    yield section, said


def _cell_fault(question: Question, rows: Rows, on: date) -> str:
    try:
        RowsField(columns=question.columns, on=on, required=False).clean([dict(row) for row in rows])
    except ValidationError as fault:
        return str(fault.messages[0])
    return ""
