"""A delivered file written again with pseudonyms where NHS numbers stood, so that it may leave the machine that holds the key.

One pass, out of core, in the order of the file; whole or not at all. Columns that the layout does not name are left out:
nobody reads them, and they may hold names.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.engines.step import literal
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, position_sql, recognise, refusing_bad_rows, require_every_row, table_sql
from pbc.sources.deliveries.judging import ten_digits_sql
from pbc.sources.deliveries.strays import refuse_in_typed, refuse_numbered_headings, refuse_strays, stray_counts
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import Layout, LayoutColumn
from pbc.sources.pseudonym import key_fingerprint, pads, passes_check_sql
from pbc.sources.stamp import INVALID_NUMBER, PERSON_KINDS, person_column, stamp_of, write_pseudonym_sql

FORM_OPTIONS = {
    "csv": "FORMAT csv, HEADER true",
    "csv.gz": "FORMAT csv, HEADER true, COMPRESSION gzip",
    "parquet": "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 250000",
}


@dataclass(frozen=True)
class Hidden:
    """What became of one file: its layout, its rows, those whose number was missing or invalid, and the columns left out."""

    path: Path
    layout: str
    rows_count: int
    missing_count: int
    invalid_count: int
    left_out: tuple[str, ...]


def hide_people(
    path: Path, target: Path, *, key: bytes, layouts: Sequence[Layout], number_column: str = "",
    headings: Sequence[HeadingMap] = (),
) -> Hidden | None:  # fmt: skip
    """This returns what was written to `target`: the file at `path` in the same form, with pseudonyms, stamped.

    None, and nothing written, where its layout names no person. `number_column` is the heading of the NHS number in a file
    of no known layout: all its other columns are kept as they are. A file read through one of the maps in `headings` is
    written with our headings. NHS numbers elsewhere refuse the file.
    """
    if number_column:
        layouts = [_of_one_column(number_column)]
    found = recognise(path, layouts, maps=headings)
    if found.pseudonymised_with:
        raise RefusedInput("This file is pseudonymised already.", path.name, found.pseudonymised_with, "NHS numbers")
    person = person_column(found.layout)
    if person is None:
        return None
    if person.name not in found.positions:
        raise RefusedInput("This file has no column for NHS numbers.", path.name, expected=person.known_as[0])
    with DuckDBEngine() as engine, refusing_bad_rows(found):
        engine.connection.execute("SET preserve_insertion_order = true")
        _refuse_numbers_elsewhere(engine, found, person)
        known = next(layout for layout in layouts if layout.name == found.layout.name)
        rows_count = _write(engine, found, known, target, key=key, keeps_others=bool(number_column))
        missing, invalid = _count(engine, target, known, stamp_of(key_fingerprint(key)))
    return Hidden(
        target, "" if number_column else found.layout.name, rows_count, missing, invalid,
        () if number_column else tuple(found.headings[at].strip() for at in found.others.values()),
    )  # fmt: skip


def _of_one_column(heading: str) -> Layout:
    return Layout("", "File with NHS numbers", (LayoutColumn("nhs_number", (heading,), "nhs_number"),))


def _refuse_numbers_elsewhere(engine: DuckDBEngine, found: Recognised, person: LayoutColumn) -> None:
    refuse_numbered_headings(found)

    def ask(sql: str) -> tuple[int, ...]:
        return tuple(engine.connection.execute(sql).fetchall()[0])

    others = {
        heading: f"trim(CAST({position_sql(found, at)} AS VARCHAR))"
        for at, heading in enumerate(found.headings)
        if at != found.positions[person.name]
    }
    if others:
        tens = ask(f"SELECT {', '.join(stray_counts(others))} FROM {table_sql(found)}")
        refuse_strays(found, columns=others, ten_counts=tens, source=table_sql(found), ask=ask)
    if len(found.positions) > 1:
        refuse_in_typed(found, person.name, ask=ask)


def _write(
    engine: DuckDBEngine, found: Recognised, known: Layout, target: Path, *, key: bytes, keeps_others: bool
) -> int:  # fmt: skip
    person = next(column for column in known.columns if column.kind in PERSON_KINDS)
    places = sorted(found.positions.values())
    names = {at: known.column(name).known_as[0] for name, at in found.positions.items()}
    if keeps_others:
        places, names = list(range(len(found.headings))), dict(enumerate(found.headings))
    hidden_at = found.positions[person.name]
    selected = [
        f"{_hidden_sql(found, person)} AS {_quoted(stamp_of(key_fingerprint(key)))}" if at == hidden_at
        else f"{_as_delivered(found, at)} AS {_quoted(names[at])}"
        for at in places
    ]  # fmt: skip
    aside = target.with_name(f".unfinished-{uuid.uuid4().hex}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copied = engine.connection.execute(
            f"COPY (SELECT {', '.join(selected)} FROM {table_sql(found)}) TO {literal(str(aside))} "
            f"({FORM_OPTIONS[found.form.kind]})",
            pads(key),
        ).fetchall()
        rows_count = int(copied[0][0])
        require_every_row(found, rows_count=rows_count)
        _sync(aside)
        aside.chmod(0o600)
        os.replace(aside, target)
        _sync(target.parent)
    finally:
        aside.unlink(missing_ok=True)
    return rows_count


def _as_delivered(found: Recognised, at: int) -> str:
    raw = position_sql(found, at)
    return raw if found.form.kind == "parquet" else f"NULLIF({raw}, '')"


def _hidden_sql(found: Recognised, person: LayoutColumn) -> str:
    text = f"NULLIF(trim(CAST({position_sql(found, found.positions[person.name])} AS VARCHAR)), '')"
    if person.kind == "person":
        return f"CASE WHEN {text} IS NOT NULL THEN {write_pseudonym_sql(text)} END"
    number = ten_digits_sql(text)
    digits = f"lpad(CAST({number} AS VARCHAR), 10, '0')"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN {passes_check_sql(f'({number})')} THEN {write_pseudonym_sql(digits)} "
        f"ELSE {literal(INVALID_NUMBER)} END"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(engine: DuckDBEngine, target: Path, known: Layout, stamp: str) -> tuple[int, int]:
    """Reads what was written as whoever receives it will, and counts the rows without a person."""
    written = recognise(target, [known])
    cell = position_sql(written, written.headings.index(stamp))
    counted = engine.connection.execute(
        f"SELECT count(*) FILTER (WHERE {cell} IS NULL), count(*) FILTER (WHERE {cell} = {literal(INVALID_NUMBER)}) "
        f"FROM {table_sql(written)}"
    ).fetchall()
    return int(counted[0][0]), int(counted[0][1])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
