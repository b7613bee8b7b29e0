"""SQL that types and judges every row of one file, or of several alike; no row is left out here, good or bad.

Three queries, one inside the other, so that nothing is worked out twice: cells as text, cells in their types, the
judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pbc.engines.step import literal
from pbc.sources.delimited import Recognised, position_sql
from pbc.sources.deliveries.bundle import Bundle
from pbc.sources.deliveries.checks import Cell, cell_for, staged_text
from pbc.sources.deliveries.shape import Shape
from pbc.sources.pseudonym import passes_check_sql
from pbc.sources.rejects import safe_value_sql
from pbc.sources.stamp import INVALID_NUMBER, WRITTEN, read_pseudonym_sql

VALID, MISSING, INVALID, NO_PSEUDONYM = 0, 1, 2, 3


def typed_columns(recognised: Recognised, shape: Shape) -> list[str]:
    """This returns the layout's columns that are typed cells: all but the one that says who it is."""
    return [name for name in recognised.layout.names if name != shape.person]


def judged_sql(bundle: Bundle, *, shape: Shape, latest: date) -> str:
    """This returns a SELECT of every row: typed cells, `person_key`, `person_state`, `is_of_restricted_kind`, `is_good`,
    `file_at`, and `row_number` where rows know it."""
    numbered = ["row_number"] if bundle.knows_rows else []
    judged = [*_judged(bundle, shape, latest), *numbered]
    typed = _typed_sql(bundle, shape, latest, is_numbered=bundle.knows_rows)
    return f"SELECT {', '.join(judged)} FROM ({typed})"


def doubtful_sql(bundle: Bundle, *, shape: Shape, latest: date, doubtful: str = "TRUE", chosen: str = "") -> str:
    """This returns the same for the rows of which `doubtful` is true, with `row_number` and each cell's text, "t c".
    `chosen` names a table of the rows (`file_at`, `row_number`) outside which none need even be typed."""
    texts = [f'"t {name}"' for name in typed_columns(bundle.first, shape)]
    typed = _typed_sql(bundle, shape, latest, is_numbered=True, chosen=chosen)
    return f"SELECT * FROM (SELECT {', '.join([*_judged(bundle, shape, latest), *texts, 'row_number'])} FROM ({typed})) WHERE {doubtful}"


def bad_cells_sql(
    recognised: Recognised, *, shape: Shape, latest: date, ask: Callable[[str], Sequence[bool]], rows: str
) -> list[str]:
    """This returns a SELECT for each column in which `rows`, a table of `doubtful_sql`, hold a bad cell: where it is, the
    first rule it breaks and what was found, as it may be shown. Columns are asked first: reasons are long to plan."""
    judged = [cell for cell in _cells(recognised, shape, latest) if cell.is_bad]
    any_bad = ask(f"SELECT {', '.join(f'COALESCE(bool_or({cell.is_bad}), FALSE)' for cell in judged)} FROM {rows}")
    return [
        f"SELECT file_at, row_number, {literal(cell.name)} AS column_name, {cell.broken_rule} AS rule, "
        f"{safe_value_sql(_shown(cell.name))} AS value_found FROM {rows} WHERE {cell.is_bad}"
        for cell, is_bad in zip(judged, any_bad, strict=True)
        if is_bad
    ]


def _cells(recognised: Recognised, shape: Shape, latest: date) -> list[Cell]:
    return [_cell(recognised, name, latest) for name in typed_columns(recognised, shape)]


def _judged(bundle: Bundle, shape: Shape, latest: date) -> list[str]:
    cells = _cells(bundle.first, shape, latest)
    return [
        "file_at", "person_key", "person_state", *(f'"{cell.name}"' for cell in cells),
        f"{shape.restricted} AS is_of_restricted_kind", f"{_is_good(cells, shape)} AS is_good",
    ]  # fmt: skip


def _typed_sql(bundle: Bundle, shape: Shape, latest: date, *, is_numbered: bool = False, chosen: str = "") -> str:
    recognised = bundle.first
    cells = _cells(recognised, shape, latest)
    place = [f"{bundle.file_at} AS file_at", *([f"{bundle.row_number} AS row_number"] if is_numbered else [])]
    texts = [f'{_raw(recognised, cell.name)} AS "t {cell.name}"' for cell in cells]
    values = [f'{cell.value} AS "{cell.name}"' for cell in cells]
    person_text, person_value = _person_sql(recognised, shape.person)
    source = bundle.table
    if chosen:
        here = f"{chosen}.file_at = {bundle.file_at} AND {chosen}.row_number = {bundle.row_number}"
        source = f"(SELECT * FROM {source} SEMI JOIN {chosen} ON {here})"
    return (
        f"SELECT *, {', '.join([person_value, *values])} "
        f"FROM (SELECT {', '.join([*place, person_text, *texts])} FROM {source})"
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
    if recognised.layout.column(person).kind == "pseudonym":
        return f"{text} AS person_number", f"{read_pseudonym_sql('person_number')} AS person_key, {_STATE_OF_PSEUDONYM}"
    valid = passes_check_sql("person_number")
    return (
        f"{ten_digits_sql(text)} AS person_number, {text} IS NULL AS has_no_number",
        f"CASE WHEN {valid} THEN person_number END AS person_key, "
        f"CASE WHEN has_no_number THEN {MISSING} WHEN {valid} THEN {VALID} ELSE {INVALID} END AS person_state",
    )


_STATE_OF_PSEUDONYM = (
    f"CASE WHEN person_number IS NULL THEN {MISSING} WHEN person_number = {literal(INVALID_NUMBER)} THEN {INVALID} "
    f"WHEN regexp_full_match(person_number, {literal(WRITTEN)}) THEN {VALID} ELSE {NO_PSEUDONYM} END AS person_state"
)


def ten_digits_sql(text: str) -> str:
    """This returns SQL for a text of ten digits, parted 3-3-4 by spaces or hyphens or not, as BIGINT; null for any other."""
    plain = f"CASE WHEN regexp_full_match({text}, '[0-9]{{10}}') THEN CAST({text} AS BIGINT)"
    parted = f"WHEN regexp_full_match({text}, '[0-9]{{3}}[ -][0-9]{{3}}[ -][0-9]{{4}}')"
    return f"{plain} {parted} THEN CAST(replace(replace({text}, ' ', ''), '-', '') AS BIGINT) END"
