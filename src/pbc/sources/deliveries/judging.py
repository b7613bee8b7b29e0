"""SQL that types and judges every row of one file; no row is left out here, good or bad."""

from __future__ import annotations

from datetime import date

from pbc.sources.delimited import Recognised, position_sql, row_number_sql, table_sql
from pbc.sources.deliveries.checks import Cell, cell_for
from pbc.sources.deliveries.shape import Shape
from pbc.sources.pseudonym import passes_check_sql
from pbc.sources.rejects import safe_value_sql

VALID, MISSING, INVALID = 0, 1, 2


def typed_columns(recognised: Recognised, shape: Shape) -> list[str]:
    """This returns the layout's columns that are typed cells: all but the one that says who it is."""
    return [name for name in recognised.layout.names if name != shape.person]


def judged_sql(recognised: Recognised, at: int, *, shape: Shape, latest: date, with_reasons: bool = False) -> str:
    """This returns a SELECT of every row of the file: typed cells, `person_key`, `person_state` and `is_good`.

    With reasons it adds `row_number` and, for each column, "rule c" (the first rule broken) and "found c" (as it may be
    shown): slower, so only for rows already known to be in doubt.
    """
    cells = [_cell(recognised, name, latest) for name in typed_columns(recognised, shape)]
    parts = [f"CAST({at} AS INTEGER) AS file_at", *_person_sql(recognised, shape.person)]
    parts += [f'{cell.value} AS "{cell.name}"' for cell in cells]
    parts.append(" OR ".join(f"({cell.is_bad})" for cell in cells) + " AS has_bad_cell")
    if with_reasons:
        parts.append(f"{row_number_sql(recognised)} AS row_number")
        parts += [f'{cell.broken_rule} AS "rule {cell.name}"' for cell in cells]
        parts += [f'{safe_value_sql(cell.text)} AS "found {cell.name}"' for cell in cells]
    broken = "".join(f" OR COALESCE({rule.breaks}, FALSE)" for rule in shape.rules)
    unknown = f" OR person_state <> {VALID}" if shape.needs_person else ""
    return (
        f"SELECT typed.*, NOT (has_bad_cell{broken}{unknown}) AS is_good "
        f"FROM (SELECT {', '.join(parts)} FROM {table_sql(recognised)}) AS typed"
    )


def _cell(recognised: Recognised, name: str, latest: date) -> Cell:
    column = recognised.layout.column(name)
    at = recognised.positions.get(name)
    if at is None:
        return Cell(name, "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)", {})
    return cell_for(column, raw=position_sql(recognised, at), stored=recognised.stored(at), latest=latest)


def _person_sql(recognised: Recognised, person: str) -> list[str]:
    if person not in recognised.positions:
        return ["CAST(NULL AS BIGINT) AS person_key", f"{MISSING if person else VALID} AS person_state"]
    text = f"NULLIF(trim(CAST({position_sql(recognised, recognised.positions[person])} AS VARCHAR)), '')"
    if recognised.layout.column(person).kind == "person":
        return [f"{text} AS person_key", f"CASE WHEN {text} IS NULL THEN {MISSING} ELSE {VALID} END AS person_state"]
    number = ten_digits_sql(text)
    valid = passes_check_sql(f"({number})")
    return [
        f"CASE WHEN {valid} THEN {number} END AS person_key",
        f"CASE WHEN {text} IS NULL THEN {MISSING} WHEN COALESCE({valid}, FALSE) THEN {VALID} ELSE {INVALID} END AS person_state",
    ]


def ten_digits_sql(text: str) -> str:
    """This returns SQL for a text of ten digits, spaces and hyphens between them allowed, as BIGINT; null for any other."""
    digits = f"replace(replace({text}, ' ', ''), '-', '')"
    return f"CASE WHEN strlen({text}) BETWEEN 10 AND 20 AND regexp_full_match({digits}, '[0-9]{{10}}') THEN CAST({digits} AS BIGINT) END"
