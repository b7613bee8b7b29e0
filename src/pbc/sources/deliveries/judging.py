"""SQL that types and judges every row of one file; no row is left out here, good or bad.

Three queries, one inside the other, so that nothing is worked out twice: cells as text, cells in their types, the
judgement.
"""

from __future__ import annotations

from datetime import date

from pbc.sources.delimited import Recognised, position_sql, row_number_sql, table_sql
from pbc.sources.deliveries.checks import Cell, cell_for, staged_text
from pbc.sources.deliveries.shape import Shape
from pbc.sources.pseudonym import passes_check_sql
from pbc.sources.rejects import safe_value_sql

VALID, MISSING, INVALID = 0, 1, 2


def typed_columns(recognised: Recognised, shape: Shape) -> list[str]:
    """This returns the layout's columns that are typed cells: all but the one that says who it is."""
    return [name for name in recognised.layout.names if name != shape.person]


def judged_sql(recognised: Recognised, at: int, *, shape: Shape, latest: date) -> str:
    """This returns a SELECT of every row of the file: typed cells, `person_key`, `person_state`, `is_of_restricted_kind`
    and `is_good`."""
    return f"SELECT {', '.join(_judged(recognised, at, shape, latest))} FROM ({_typed_sql(recognised, shape, latest)})"


def reasons_sql(recognised: Recognised, at: int, *, shape: Shape, latest: date, doubtful: str = "TRUE") -> str:
    """This returns the same for the rows of which `doubtful` is true, with `row_number` and, for each column, "rule c"
    (the first rule broken) and "found c" (as it may be shown). Reasons are worked out after the rows are chosen: slow."""
    cells = _cells(recognised, shape, latest)
    judged = _judged(recognised, at, shape, latest)
    texts = [f'"t {cell.name}"' for cell in cells]
    rules = [f'{cell.broken_rule} AS "rule {cell.name}"' for cell in cells]
    found = [f'{safe_value_sql(_shown(cell.name))} AS "found {cell.name}"' for cell in cells]
    typed = _typed_sql(recognised, shape, latest, is_numbered=True)
    chosen = f"SELECT * FROM (SELECT {', '.join([*judged, *texts, 'row_number'])} FROM ({typed})) WHERE {doubtful}"
    return f"SELECT * EXCLUDE ({', '.join(texts)}), {', '.join([*rules, *found])} FROM ({chosen})"


def _cells(recognised: Recognised, shape: Shape, latest: date) -> list[Cell]:
    return [_cell(recognised, name, latest) for name in typed_columns(recognised, shape)]


def _judged(recognised: Recognised, at: int, shape: Shape, latest: date) -> list[str]:
    cells = _cells(recognised, shape, latest)
    return [
        f"CAST({at} AS INTEGER) AS file_at", "person_key", "person_state", *(f'"{cell.name}"' for cell in cells),
        f"{shape.restricted} AS is_of_restricted_kind", f"{_is_good(cells, shape)} AS is_good",
    ]  # fmt: skip


def _typed_sql(recognised: Recognised, shape: Shape, latest: date, *, is_numbered: bool = False) -> str:
    cells = _cells(recognised, shape, latest)
    numbered = [f"{row_number_sql(recognised)} AS row_number"] if is_numbered else []
    texts = [f'{_raw(recognised, cell.name)} AS "t {cell.name}"' for cell in cells]
    values = [f'{cell.value} AS "{cell.name}"' for cell in cells]
    person_text, person_value = _person_sql(recognised, shape.person)
    return (
        f"SELECT *, {', '.join([person_value, *values])} "
        f"FROM (SELECT {', '.join([*numbered, person_text, *texts])} FROM {table_sql(recognised)})"
    )


def _shown(name: str) -> str:
    return f'CAST("t {name}" AS VARCHAR)'


def _is_good(cells: list[Cell], shape: Shape) -> str:
    tests = [cell.is_bad for cell in cells if cell.is_bad] + [f"({rule.breaks})" for rule in shape.rules]
    if shape.needs_person:
        tests.append(f"person_state <> {VALID}")
    return f"NOT COALESCE({' OR '.join(tests) or 'FALSE'}, FALSE)"


def _raw(recognised: Recognised, name: str) -> str:
    at = recognised.positions.get(name)
    if at is None:
        return "CAST(NULL AS VARCHAR)"
    return staged_text(position_sql(recognised, at), stored=recognised.stored(at))


def _cell(recognised: Recognised, name: str, latest: date) -> Cell:
    at = recognised.positions.get(name)
    cell = cell_for(
        recognised.layout.column(name), stored="VARCHAR" if at is None else recognised.stored(at), latest=latest
    )
    return cell if at is not None else Cell(name, cell.value, {})


def _person_sql(recognised: Recognised, person: str) -> tuple[str, str]:
    """SQL of the cell that says who it is: staged as a number, or text for a publisher's pseudonym; then key and state."""
    if person not in recognised.positions:
        unknown = MISSING if person else VALID
        return "CAST(NULL AS BIGINT) AS person_number", f"person_number AS person_key, {unknown} AS person_state"
    text = f"NULLIF(trim(CAST({position_sql(recognised, recognised.positions[person])} AS VARCHAR)), '')"
    if recognised.layout.column(person).kind == "person":
        state = f"CASE WHEN person_number IS NULL THEN {MISSING} ELSE {VALID} END AS person_state"
        return f"{text} AS person_number", f"person_number AS person_key, {state}"
    valid = passes_check_sql("person_number")
    return (
        f"{ten_digits_sql(text)} AS person_number, {text} IS NULL AS has_no_number",
        f"CASE WHEN {valid} THEN person_number END AS person_key, "
        f"CASE WHEN has_no_number THEN {MISSING} WHEN {valid} THEN {VALID} ELSE {INVALID} END AS person_state",
    )


def ten_digits_sql(text: str) -> str:
    """This returns SQL for a text of ten digits, parted 3-3-4 by spaces or hyphens or not, as BIGINT; null for any other."""
    plain = f"CASE WHEN regexp_full_match({text}, '[0-9]{{10}}') THEN CAST({text} AS BIGINT)"
    parted = f"WHEN regexp_full_match({text}, '[0-9]{{3}}[ -][0-9]{{3}}[ -][0-9]{{4}}')"
    return f"{plain} {parted} THEN CAST(replace(replace({text}, ' ', ''), '-', '') AS BIGINT) END"
