"""Reading delivered tables: CSV, gzipped CSV and Parquet, with the columns named as in their layout, all as text.

    recognised = recognise(path, read_layouts("pdpi", "epd"))   # refuses unknown, broken or unsafe files
    frame = read_frame(path, read_layouts("pdpi", "epd"))       # small files: a Polars frame of text columns
    connection.sql(source_sql(recognised))                      # large files: SQL over the file, never loaded whole

Empty cells and cells of spaces are null; edges are trimmed. Columns the layout does not name are not read.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pbc.engines.connection import PLAIN_FOLDERS, connect, exact, fetch_frame, parquet_sql
from pbc.engines.step import literal
from pbc.errors import Fault, RefusedInput
from pbc.sources.file_form import LONGEST_LINE, FileForm, examine
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import Layout, choose
from pbc.sources.mapping import cell_sql, choose_map
from pbc.sources.stamp import fingerprint_in, require_stamp, stamped_layouts

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_LINE = re.compile(r"(?:Line|line):? (\d+)")


@dataclass(frozen=True)
class Recognised:
    """A whole file whose layout is known. `positions` leads from our name to the place in the row, from 0."""

    layout: Layout
    form: FileForm
    headings: tuple[str, ...]
    positions: Mapping[str, int]
    types: tuple[str, ...] = ()
    pseudonymised_with: str = ""  # the fingerprint of the key, where the file holds pseudonyms in place of NHS numbers
    read_by: HeadingMap | None = None  # the map through which its own headings and cells are read
    given: tuple[str, ...] = ()  # values the map gives for every row, as columns after those of the file

    def stored(self, position: int) -> str:
        """This returns the type a column is stored in: text but in Parquet."""
        return self.types[position] if self.types else "VARCHAR"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.form.path

    @property
    def others(self) -> dict[str, int]:
        """Columns of the file the layout does not name, by heading; two alike are told apart by their place."""
        used = set(self.positions.values())
        return {f"{heading.strip()} ({at + 1})": at for at, heading in enumerate(self.headings) if at not in used}


@cache
def looking() -> duckdb.DuckDBPyConnection:
    """This returns one connection for every small look at a file, to be used by a cursor: making one takes longer than looking."""
    return connect()


def recognise(
    path: Path, layouts: Iterable[Layout], *, maps: Sequence[HeadingMap] = (), on: date | None = None
) -> Recognised:
    """This returns which of the layouts a file has, after one pass over its bytes; anything doubtful is refused.

    `maps` are tried first: one in force by the day `on`, all of whose headings the file has, is how it is read.
    """
    found = look_at(path)
    known = stamped_layouts(found.headings, layouts, where=path.name)
    mapped = choose_map(found.headings, known, maps=maps, on=on, where=path.name)
    if not mapped:
        require_stamp(found.headings, where=path.name)
    match = mapped[0] if mapped else choose(found.headings, known, where=path.name)
    held = [column.known_as[0] for column in match.layout.columns if column.kind == "pseudonym"]
    known_file = replace(
        found, layout=match.layout, positions=match.positions, pseudonymised_with="".join(map(fingerprint_in, held))
    )
    return read_through(known_file, mapped[1]) if mapped else known_file


def look_at(path: Path) -> Recognised:
    """This returns a file after that pass with its headings, of no layout yet."""
    form = examine(path)
    described = _parquet_columns(path) if form.kind == "parquet" else [(name, "") for name in _first_row(form)]
    headings = tuple(name for name, _ in described)
    types = tuple(kind for _, kind in described) if form.kind == "parquet" else ()
    return Recognised(Layout("", "A file", ()), form, headings, {}, types)


def read_through(found: Recognised, said: HeadingMap) -> Recognised:
    """This returns a file of which each column is where a map says: what it gives for every row stands after the file's own."""
    given = {name: each.given for name, each in said.columns.items() if each.given}
    width = len(found.headings)
    positions = {**found.positions, **{name: width + at for at, name in enumerate(given)}}
    names = tuple(f"{name} as the map gives it" for name in given)
    types = list(found.types)
    for name in said.columns:
        if types and name in found.positions and _is_translated(found, said, name):
            types[found.positions[name]] = "VARCHAR"
    types += ["VARCHAR"] * len(given) if types else []
    return replace(
        found, headings=(*found.headings, *names), positions=positions, types=tuple(types), read_by=said,
        given=tuple(given.values()),
    )  # fmt: skip


def _is_translated(found: Recognised, said: HeadingMap, name: str) -> bool:
    """Whether cells of a column are other than they stand; a day that Parquet holds as one needs no form."""
    each = said.columns[name]
    is_day = found.stored(found.positions[name]) in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
    return bool(each.codes) or bool(each.dates and not is_day)


def names_apart(paths: Sequence[Path]) -> list[str]:
    """This returns what to call each file: its name, with as many folders before it as tell it from the others.

    >>> names_apart([Path("in/2009-04/outpatients.csv"), Path("in/2009-05/outpatients.csv")])
    ['2009-04/outpatients.csv', '2009-05/outpatients.csv']
    """
    depths = range(1, max((len(path.parts) for path in paths), default=1) + 1)
    named = (["/".join(path.parts[-depth:]) for path in paths] for depth in depths)
    return next((names for names in named if len(set(names)) == len(names)), [str(path) for path in paths])


def read_frame(path: Path, layouts: Iterable[Layout]) -> pl.DataFrame:
    """This returns a small file as a frame of text columns in file order, named ours; optional absent ones are null.

    `row_number` counts rows of the file from 1, the heading row being 1 where there is one.
    """
    recognised = recognise(path, layouts)
    with refusing_bad_rows(recognised), looking().cursor() as connection:
        frame = fetch_frame(connection, source_sql(recognised, with_row_number=True))
    require_every_row(recognised, rows_count=frame.height)
    return frame.select("row_number", *recognised.layout.names)


def source_sql(recognised: Recognised, *, with_row_number: bool = False, as_text: bool = True) -> str:
    """This returns a SELECT over the file with the layout's columns named ours.

    `as_text` gives trimmed text, null where empty; without it Parquet columns keep the types they are stored in.
    Row numbers cost a scan in order: ask for them only to name a row.
    """
    parts = [_column_sql(recognised, name, as_text=as_text) for name in recognised.layout.names]
    if with_row_number:
        parts.insert(0, f"{row_number_sql(recognised)} AS row_number")
    return f"SELECT {', '.join(parts)} FROM {table_sql(recognised)}"


def table_sql(recognised: Recognised) -> str:
    """This returns SQL of the file's rows, its columns called c0, c1 ... (Parquet: their own names), cells as a map reads them."""
    return as_mapped(recognised, _scan_sql(recognised))


def as_mapped(recognised: Recognised, scan: str) -> str:
    """This returns SQL of scanned rows with their cells as the map reads them, and the columns it gives."""
    said = recognised.read_by
    if said is None:
        return scan
    read = [
        f"{cell_sql(said.columns[name], position_sql(recognised, at))} AS {position_sql(recognised, at)}"
        for name, at in recognised.positions.items()
        if at < len(recognised.headings) - len(recognised.given) and name in said.columns
        and _is_translated(recognised, said, name)
    ]  # fmt: skip
    own = len(recognised.headings) - len(recognised.given)
    given = [f"{literal(text)} AS {position_sql(recognised, own + at)}" for at, text in enumerate(recognised.given)]
    replaced = f" REPLACE ({', '.join(read)})" if read else ""
    return f"(SELECT {', '.join([f'*{replaced}', *given])} FROM {scan})"


def _scan_sql(recognised: Recognised) -> str:
    if recognised.form.kind == "parquet":
        return parquet_sql([recognised.path], "file_row_number = true")
    path = exact_path_sql(recognised.path)
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(recognised.headings) - len(recognised.given)))
    compression = "gzip" if recognised.form.kind == "csv.gz" else "none"
    header = "false" if recognised.layout.is_headless else "true"
    return (
        f"read_csv({path}, auto_detect = false, columns = {{{columns}}}, header = {header}, delim = ',', quote = '\"', "
        f"escape = '\"', strict_mode = true, compression = '{compression}', max_line_size = {4 * LONGEST_LINE}"
        f", parallel = true, {PLAIN_FOLDERS})"
    )


def exact_path_sql(path: Path) -> str:
    """This returns a path as an SQL literal that means this one file: DuckDB would read a[1].csv as a pattern.

    >>> exact_path_sql(Path("a[1].csv"))
    "'a[[]1].csv'"
    """
    return literal(exact(path))


def require_every_row(recognised: Recognised, *, rows_count: int) -> None:
    """This raises a refusal if fewer or more rows were read than the file has lines: no row may vanish in a reader."""
    expected = recognised.form.rows_expected(has_headings=not recognised.layout.is_headless)
    if expected is not None and rows_count != expected:
        raise RefusedInput(
            "Not every row of this file could be read.", recognised.path.name, f"{rows_count:,} rows", f"{expected:,} rows",
            "Export the file again, with each record on one line.",
        )  # fmt: skip


def position_sql(recognised: Recognised, position: int) -> str:
    """This returns the name by which SQL over `table_sql` reaches a column by its place."""
    if recognised.form.kind != "parquet":
        return f"c{position}"
    return '"' + recognised.headings[position].replace('"', '""') + '"'


def _column_sql(recognised: Recognised, name: str, *, as_text: bool) -> str:
    if name not in recognised.positions:
        return f'CAST(NULL AS VARCHAR) AS "{name}"'
    raw = position_sql(recognised, recognised.positions[name])
    if recognised.form.kind == "parquet" and not as_text:
        return f'{raw} AS "{name}"'
    return f"NULLIF(trim(CAST({raw} AS VARCHAR)), '') AS \"{name}\""


def row_number_sql(recognised: Recognised) -> str:
    """This returns SQL for the number of a row in the file, the heading row being 1; in CSV it forces a scan in order."""
    start = 1 if recognised.layout.is_headless else 2
    if recognised.form.kind == "parquet":
        return f"CAST(file_row_number + {start} AS BIGINT)"
    return f"CAST(row_number() OVER () + {start - 1} AS BIGINT)"


@contextmanager
def refusing_bad_rows(recognised: Recognised) -> Iterator[None]:
    """This turns what DuckDB says of a broken file into a refusal for people that never repeats the row itself.

    That memory ran short is no fault of the file, and is told as such.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise Fault(
            "Memory ran short while this file was read.", recognised.path.name,
            remedy="Close other programs and run it again, or read it on a machine with more memory.",
        ) from None  # fmt: skip
    except duckdb.Error as error:
        raise refusal(recognised.path, str(error)) from None


def refusal(path: Path, message: str) -> RefusedInput:
    """This returns the refusal for a message of the reader. The row is named, not shown: it may hold an NHS number."""
    line = _LINE.search(message)
    where = f"{path.name}, line {int(line[1]):,}" if line else path.name
    counted = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counted:
        return RefusedInput(
            "A row has the wrong number of cells.", where, f"{counted[2]} cells", f"{counted[1]} cells",
            "Look for a comma in an unquoted field, a missing cell or a file cut short.",
        )  # fmt: skip
    if "quote" in message:
        return RefusedInput(
            "A quotation mark is not closed, or text follows one.",
            where,
            remedy="Quote the field and double marks in it.",
        )
    return RefusedInput("This file cannot be read as a table.", where, remedy="Export it again and send that.")


def _first_row(form: FileForm) -> Sequence[str]:
    with form.path.open("rb") as raw:
        stream = gzip.GzipFile(fileobj=raw) if form.kind == "csv.gz" else raw
        start = stream.read(LONGEST_LINE).decode("utf-8-sig", errors="ignore")
    try:
        row = next(csv.reader(io.StringIO(start, newline=""), strict=True), [])
    except csv.Error as error:
        raise RefusedInput("The heading row cannot be read.", f"{form.path.name}, row 1", str(error)) from error
    _check_delimiter(form.path, row)
    return row


def _check_delimiter(path: Path, row: Sequence[str]) -> None:
    only = row[0] if len(row) == 1 else ""
    for mark, name in OTHER_DELIMITERS.items():
        if mark in only:
            raise RefusedInput(
                f"The columns of this file are parted by {name}.", f"{path.name}, row 1", name, "commas",
                "Save it as CSV with commas.",
            )  # fmt: skip
    if not "".join(row).strip():
        raise RefusedInput(
            "The first row of this file is blank.",
            f"{path.name}, row 1",
            "a blank row",
            "headings",
            "Delete the blank row.",
        )


def _parquet_columns(path: Path) -> list[tuple[str, str]]:
    try:
        with looking().cursor() as connection:
            described = connection.sql(f"DESCRIBE FROM {parquet_sql([path])}").fetchall()
            return [(str(row[0]), str(row[1])) for row in described]
    except duckdb.Error:
        raise RefusedInput(
            "This Parquet file cannot be read.",
            path.name,
            "a damaged file or one cut short",
            "a whole Parquet file",
            "Send it again.",
        ) from None
