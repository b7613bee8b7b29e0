"""The one way every patient-grain delivery is read: check each cell, drop no row in silence, hide who it is about.

Stages, each SQL over the file where it lies: every row typed and judged; keys that occur twice; only if something
failed, those rows again with their numbers, to say what and where; distinct NHS numbers to pseudonyms; the accepted
rows. CSV is parsed once into the engine; Parquet is cheap to decode and is scanned where it lies, but lines to be added
up are added up once. Whatever holds an NHS number is dropped by `Read.release`, or when the engine closes.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pbc.engines import Engine, Relation
from pbc.engines.duckdb_engine import DuckDBEngine, typed
from pbc.engines.scratch import Scratch
from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised, names_apart, recognise, require_every_row, table_sql
from pbc.sources.deliveries.bundle import bundled
from pbc.sources.deliveries.checks import LATEST
from pbc.sources.deliveries.judging import INVALID, MISSING, NO_PSEUDONYM, judged_sql
from pbc.sources.deliveries.refusing import find_refused, mark_doubtful
from pbc.sources.deliveries.shape import RECORDS, Shape
from pbc.sources.deliveries.strays import (
    declared_columns,
    looks_like_numbers,
    refuse_in_typed,
    refuse_numbered_headings,
    refuse_strays,
    stray_counts,
    undeclared_columns,
)
from pbc.sources.deliveries.workbench import Workbench, refusing_broken_files
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import read_layouts
from pbc.sources.pseudonym import key_fingerprint, pads, pseudonym_sql, require_key, require_same_fingerprint
from pbc.sources.rejects import empty_rejects

COUNTED = {
    "delivered": "TRUE",
    "refused": "NOT is_good",
    "nhs_number_missing": f"person_state = {MISSING}",
    "nhs_number_invalid": f"person_state = {INVALID}",
    "restricted": "is_of_restricted_kind",
}


@dataclass
class Read:
    """What one kind of delivery held. `rows` live in the engine until `release`; `fingerprints` are SHA-256 by file name.

    `key_fingerprint` is that of the key its people's pseudonyms were made with; none where it is of no person.

    `records`: setting, provider and number of each row, read without its other cells; none where nothing is billed.

    `counts`: delivered, accepted, refused, nhs_number_missing and nhs_number_invalid (kept, with no person), restricted.
    """

    rows: Relation
    rejected: pl.DataFrame
    fingerprints: dict[str, str]
    counts: dict[str, int]
    records: Relation | None = None
    key_fingerprint: str = ""
    _bench: Workbench | None = field(default=None, repr=False)
    _scratch: Scratch | None = field(default=None, repr=False)

    def release(self) -> None:
        """This forgets the rows and everything staged to read them; call it once they are written."""
        if self._bench is not None:
            self._bench.drop()
        if self._scratch is not None:
            self._scratch.close()


def read_delivery(
    engine: Engine, files: Sequence[Path], *, shapes: Mapping[str, Shape], key: bytes | None, delivery: str,
    headings: Sequence[HeadingMap] = (),
) -> Read:  # fmt: skip
    """This returns the accepted rows of files of one kind, with every refused row and its reason beside them.

    `shapes` leads from the name of each layout the files may have to what its rows become.
    Files with headings of their own are read through one of the maps in `headings`, in force by the month of the delivery.
    No `key` is needed for files that are pseudonymised; any other key than theirs is refused.
    A DuckDB engine reads in place; any other is handed the accepted rows as Parquet. No file is copied or kept.
    """
    if isinstance(engine, DuckDBEngine):
        return _read(engine, files, shapes=shapes, key=key, delivery=delivery, headings=headings)
    scratch = Scratch("accepted")
    with DuckDBEngine() as own:
        read = _read(own, files, shapes=shapes, key=key, delivery=delivery, headings=headings)
        columns = read.rows.columns
        written = read.rows.write(scratch.path / "accepted")
    rows, shape = engine.scan(written, columns), next(iter(shapes.values()))
    records = _records(engine, shape, source=rows.name)
    return Read(rows, read.rejected, read.fingerprints, read.counts, records, read.key_fingerprint, _scratch=scratch)


def _read(
    engine: DuckDBEngine, files: Sequence[Path], *, shapes: Mapping[str, Shape], key: bytes | None, delivery: str,
    headings: Sequence[HeadingMap],
) -> Read:  # fmt: skip
    latest = last_day_of(delivery)
    found = [recognise(Path(path), read_layouts(*shapes), maps=headings, on=latest) for path in files]
    _refuse_mixed_files(found)
    shape = shapes[found[0].layout.name]
    fingerprint = _whose_key(found, shape, key)
    bench = Workbench(engine, shape.table.name)
    try:
        with refusing_broken_files(found):
            counts = _stage(bench, found, shape, latest)
            rejected = _judge(bench, found, shape, latest=latest, delivery=delivery, bad=counts["refused"])
            rows, records = _accept(bench, found, shape, key or b"")
    except BaseException:
        bench.drop()
        raise
    counts["refused"] = rejected.select("delivery", "row_number").n_unique()
    counts["accepted"] = counts["delivered"] - counts["refused"]
    names = names_apart([recognised.path for recognised in found])
    prints = {name: recognised.form.sha256 for name, recognised in zip(names, found, strict=True)}
    prints |= {f"headings of {name}": r.read_by.fingerprint for name, r in zip(names, found, strict=True) if r.read_by}
    return Read(rows, rejected, prints, counts, records, fingerprint, bench)


def _whose_key(found: Sequence[Recognised], shape: Shape, key: bytes | None) -> str:
    """The fingerprint of the key that hides, or has hidden, the people of all these files; nothing if they are of none."""
    if not shape.person:
        return ""
    stamps = sorted({recognised.pseudonymised_with for recognised in found})
    if len(stamps) > 1:
        raise RefusedInput(
            "These files do not hide their people by one key.", found[0].path.name,
            ", ".join(stamp or "NHS numbers" for stamp in stamps), "all of one key, or all with NHS numbers",
            "Make them all again with pbc pseudonymise and one key file.",
        )  # fmt: skip
    if not stamps[0]:
        return key_fingerprint(require_key(key))
    if key:
        require_same_fingerprint(key_fingerprint(key), fingerprint=stamps[0], where=found[0].path.name)
    return stamps[0]


def _refuse_mixed_files(found: Sequence[Recognised]) -> None:
    if not found:
        raise RefusedInput("There is no file to read.", remedy="Name at least one file.")
    seen: dict[str, str] = {}
    for recognised in found:
        name, first = recognised.path.name, found[0]
        if recognised.form.sha256 in seen:
            raise RefusedInput(
                "The same file is delivered twice.", name, f"the same bytes as {seen[recognised.form.sha256]}",
                "each file once", "Leave one of them out.",
            )  # fmt: skip
        if recognised.layout.name != first.layout.name:
            raise RefusedInput(
                "These files are of different layouts.",
                name,
                recognised.layout.title,
                first.layout.title,
                "Read them apart.",
            )
        seen[recognised.form.sha256] = name


def _stage(bench: Workbench, found: Sequence[Recognised], shape: Shape, latest: date) -> dict[str, int]:
    """Types and judges every row, once: `staged` holds the cells, `marks` what was found of each row.

    Text is parsed into a table; sound Parquet stays where it lies, a view to be scanned again, and only the narrow marks
    are kept: a month of England then fits in memory.
    """
    parts = [judged_sql(bundle, shape=shape, latest=latest) for bundle in bundled(found)]
    bench.make("staged", " UNION ALL BY NAME ".join(parts), kind="VIEW" if _is_open(found) else "TABLE")
    declared = declared_columns(found[0], shape)
    kept = ["file_at", "person_key", "person_state", "is_of_restricted_kind", "is_good"]
    kept += ["row_number"] if _is_open(found) else []
    kept += ["starts_on", "ends_before"] if shape.has_periods else []
    kept += [f"hash({', '.join(shape.key)}) AS key_mark"] if shape.key else []
    kept += [f"{test} AS looks_{at}" for at, test in enumerate(looks_like_numbers(declared))]
    marked = f"SELECT {', '.join(kept)} FROM {bench.name('staged')}"
    bench.make("marks", marked, kind="TABLE" if _is_open(found) else "VIEW")
    counts = dict.fromkeys(COUNTED, 0)
    for at, counted in enumerate(_count(bench, declared, files_count=len(found))):
        _refuse_odd_file(bench, found[at], at, shape=shape, counted=counted)
        counts = {name: total + part for (name, total), part in zip(counts.items(), counted, strict=False)}
    return counts


def _count(bench: Workbench, declared: Mapping[str, str], *, files_count: int) -> list[tuple[int, ...]]:
    """Counts, for each file, its rows by what was found of them, then its cells that look like NHS numbers by column."""
    tests = [*COUNTED.values(), *(f"looks_{at}" for at in range(len(declared)))]
    listed = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    rows = bench.connection.execute(f"SELECT file_at, {listed} FROM {bench.name('marks')} GROUP BY file_at").fetchall()
    by_file = {row[0]: tuple(row[1:]) for row in rows}
    return [by_file.get(at, (0,) * len(tests)) for at in range(files_count)]


def _refuse_odd_file(
    bench: Workbench, recognised: Recognised, at: int, *, shape: Shape, counted: tuple[int, ...]
) -> None:
    """Refuses a file if rows are missing or NHS numbers stand outside their column."""
    if recognised.form.kind != "parquet":
        require_every_row(recognised, rows_count=counted[0])
    if recognised.pseudonymised_with:
        _refuse_what_is_no_pseudonym(bench, recognised, at, shape, refused=counted[1])
    refuse_numbered_headings(recognised)
    declared, others = declared_columns(recognised, shape), undeclared_columns(recognised)
    source = f"{bench.name('staged')} WHERE file_at = {at}"
    refuse_strays(recognised, columns=declared, ten_counts=counted[len(COUNTED) :], source=source, ask=bench.ask)
    if others:
        tens = bench.ask(f"SELECT {', '.join(stray_counts(others))} FROM {table_sql(recognised)}")
        refuse_strays(recognised, columns=others, ten_counts=tens, source=table_sql(recognised), ask=bench.ask)


def _refuse_what_is_no_pseudonym(
    bench: Workbench, recognised: Recognised, at: int, shape: Shape, *, refused: int
) -> None:
    """Refuses a pseudonymised file whole, if a cell for a pseudonym holds anything else, or one for a day or a code of a
    list an NHS number: what was pseudonymised by no program of ours, or changed since, may hold more of them."""
    counted = f"SELECT count(*) FROM {bench.name('marks')} WHERE file_at = {at} AND person_state = {NO_PSEUDONYM}"
    if count := bench.ask(counted)[0]:
        raise RefusedInput(
            "This file is stamped as pseudonymised, and holds what is no pseudonym.",
            f"{recognised.path.name}, column {recognised.headings[recognised.positions[shape.person]]}", f"{count:,} such cells",
            "fifteen letters from a to p, `invalid`, or nothing",
            "Delete this copy. Make it again from the file as delivered: pbc pseudonymise FILE --key-file KEY.",
        )  # fmt: skip
    if refused:
        refuse_in_typed(recognised, shape.person, ask=bench.ask)


def _is_open(found: Sequence[Recognised]) -> bool:
    return all(recognised.form.kind == "parquet" for recognised in found)


def _judge(
    bench: Workbench, found: Sequence[Recognised], shape: Shape, *, latest: date, delivery: str, bad: int
) -> pl.DataFrame:
    """Returns the rejected rows and leaves `good`, a view of the accepted ones."""
    staged, doubtful = bench.name("staged"), mark_doubtful(bench, shape, bad=bad)
    if not doubtful:
        bench.make("good", f"SELECT * FROM {staged}", kind="VIEW")
        return empty_rejects()
    rejected = find_refused(bench, found=found, shape=shape, doubtful=doubtful, latest=latest, delivery=delivery)
    refused, doubted = bench.name("refused"), bench.name("doubtful")
    if _is_open(found):
        bad_rows = f"SELECT file_at, row_number FROM {doubted} WHERE NOT is_good"
        left_out = bench.make("left_out", f"SELECT file_at, row_number FROM {refused} UNION {bad_rows}")
        good = f"SELECT * FROM {staged} ANTI JOIN {left_out} USING (file_at, row_number)"
    else:
        columns = ", ".join(f'd."{row[0]}"' for row in bench.connection.execute(f"DESCRIBE {staged}").fetchall())
        good = (
            f"SELECT * FROM {staged} WHERE NOT ({doubtful}) UNION ALL BY NAME SELECT {columns} FROM {doubted} AS d "
            f"ANTI JOIN {refused} AS r USING (file_at, row_number) WHERE d.is_good"
        )
    bench.make("good", good, kind="VIEW")
    return rejected


def _accept(
    bench: Workbench, found: Sequence[Recognised], shape: Shape, key: bytes
) -> tuple[Relation, Relation | None]:
    selected = ", ".join(f'{sql} AS "{name}"' for name, sql in shape.select.items())
    source = f"FROM {bench.name('good')} AS good"
    if shape.person:
        _hide_people(bench, found, shape, key)
        source += f" LEFT JOIN {bench.name('people')} AS people USING (person_key)"
    columns = shape.table.sql_columns
    grouped = " GROUP BY ALL" if shape.is_summed else ""
    accepted = f"SELECT {typed(columns)} FROM (SELECT {selected} {source}{grouped})"
    if _is_open(found) and not shape.is_summed:
        return bench.engine.view(accepted, columns), _records(bench.engine, shape, source=bench.name("good"))
    bench.make("accepted", accepted)
    bench.drop(keeping="accepted")
    kept = bench.name("accepted")
    return bench.engine.view(f"SELECT * FROM {kept}", columns), _records(bench.engine, shape, source=kept)


def _records(engine: Engine, shape: Shape, *, source: str) -> Relation | None:
    selected = ", ".join(f"{sql} AS {name}" for name, sql in shape.record.items())
    return engine.view(f"SELECT {selected} FROM {source}", RECORDS) if selected else None


def _hide_people(bench: Workbench, found: Sequence[Recognised], shape: Shape, key: bytes) -> None:
    """Leaves `people`: each distinct person_key once, with its pseudonym. The pads are bound, never written into SQL."""
    kind = found[0].layout.column(shape.person).kind
    distinct = f"SELECT DISTINCT person_key FROM {bench.name('marks')} WHERE is_good AND person_key IS NOT NULL"
    if kind == "pseudonym":
        bench.make("people", f"SELECT person_key, person_key AS person_id FROM ({distinct})", kind="VIEW")
        return
    text = "lpad(CAST(person_key AS VARCHAR), 10, '0')" if kind == "nhs_number" else "person_key"
    bench.make(
        "people", f"SELECT person_key, {pseudonym_sql(text)} AS person_id FROM ({distinct})", parameters=pads(key)
    )


def last_day_of(delivery: str) -> date:
    """This returns the last day of the month a delivery is named for, 2009-09 or 2009-09/more; else a day far ahead.

    >>> last_day_of("2009-09"), last_day_of("register").year
    (datetime.date(2009, 9, 30), 2100)
    """
    named = re.match(r"(\d{4})-(0[1-9]|1[0-2])(?:$|\D)", delivery)
    if named is None or not 1900 <= int(named[1]) <= LATEST.year:
        return LATEST
    year, month = int(named[1]), int(named[2])
    return date(year, month, calendar.monthrange(year, month)[1])
