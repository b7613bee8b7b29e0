"""Writing the deliveries folder: one file per month and table, filled block by block so that memory stays bounded."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.tables import Table

FORMS = ("parquet", "csv.gz")
ROWS_HELD = 60_000
ROW_GROUP = 250_000
COMPRESSION_LEVEL = 4


class GrowingFile:
    """A delivered file that grows by tables of rows; rows wait in memory until there are enough for a row group."""

    def __init__(self, path: Path, *, form: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path.with_name(f"{path.name}.{form}")
        self._form, self._waiting, self._rows = form, [], 0
        self._writer: pq.ParquetWriter | None = None
        self._stream: BinaryIO | None = None

    _waiting: list[pa.Table]

    def add(self, table: pa.Table) -> None:
        """This takes rows, and writes a row group when enough have come."""
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= ROWS_HELD:
            self._flush()

    def close(self) -> None:
        """This writes what still waits and closes the file."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        if self._stream is not None:
            self._stream.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting).unify_dictionaries()
        self._waiting, self._rows = [], 0
        if self._form == "parquet":
            if self._writer is None:
                self._writer = pq.ParquetWriter(
                    self.path, table.schema, compression="zstd", compression_level=1, store_schema=False
                )
            self._writer.write_table(table, row_group_size=ROW_GROUP)
            return
        if self._stream is None:
            self._stream = open_gzip(self.path, headings=table.column_names)
        write_csv_rows(table, self._stream)


def open_gzip(path: Path, *, headings: Sequence[str]) -> BinaryIO:
    """This returns a new gzipped CSV with its heading written and no time of day in it, so that it can be made again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = cast(BinaryIO, gzip.GzipFile(path, "wb", compresslevel=COMPRESSION_LEVEL, mtime=0))
    stream.write((",".join(headings) + "\n").encode())
    return stream


def write_csv_rows(table: pa.Table, stream: BinaryIO) -> None:
    """This writes rows as plain CSV without a heading; made-up values never hold a comma or a quotation mark."""
    plain = pa.table({
        name: pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    })  # fmt: skip
    pa_csv.write_csv(plain, stream, pa_csv.WriteOptions(include_header=False, quoting_style="none"))


class MonthFiles:
    """The growing files of all delivery months, by month and table."""

    def __init__(self, folder: Path, *, form: str, months: Sequence[str]) -> None:
        self._first = np.datetime64(months[0], "M").astype(np.int64)
        self._folder, self._form, self._months = folder, form, months
        self._open: dict[tuple[int, str], GrowingFile] = {}
        self._empty: dict[str, pa.Table] = {}

    def add(self, name: str, table: pa.Table, month: NDArray[np.int64]) -> None:
        """This adds rows sorted by month of delivery, months counted from January 1970."""
        self._empty.setdefault(name, table.slice(0, 0))
        for position, text in enumerate(self._months):
            begin, end = np.searchsorted(month, [self._first + position, self._first + position + 1])
            if end > begin:
                key = (position, name)
                if key not in self._open:
                    self._open[key] = GrowingFile(self._folder / text / name, form=self._form)
                self._open[key].add(table.slice(int(begin), int(end - begin)))

    def close(self) -> None:
        """This closes every file; a month without rows gets a file with none, so that a delivery is always whole."""
        for name, nothing in self._empty.items():
            for position, text in enumerate(self._months):
                if (position, name) not in self._open:
                    self._open[position, name] = GrowingFile(self._folder / text / name, form=self._form)
                    self._open[position, name].add(nothing)
        for file in self._open.values():
            file.close()


def require_form(form: str) -> str:
    """This returns the form of the large files if it is one that can be written."""
    if form not in FORMS:
        raise RefusedInput("Deliveries cannot be written in this form.", found=form, expected=" or ".join(FORMS))
    return form


def write_rows(path: Path, table: Table, *, rows: Iterable[Mapping[str, Any]]) -> None:
    """This writes a small CSV whose columns are those of a hallway table; empty where a value is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.names)
        for row in rows:
            writer.writerow([_plain(row.get(name)) for name in table.names])


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6f}"
    return str(value)
