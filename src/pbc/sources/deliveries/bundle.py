"""Files of one layout scanned as one: a year of monthly Parquet files is one query, not twelve laid end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pbc.engines.connection import parquet_sql
from pbc.engines.step import literal
from pbc.sources.delimited import Recognised, as_mapped, row_number_sql, table_sql

PATH = '"path as delivered"'


@dataclass(frozen=True)
class Bundle:
    """Files that hold the same columns in the same types; `places` are their places among all the files of a read."""

    files: tuple[Recognised, ...]
    places: tuple[int, ...]

    @property
    def first(self) -> Recognised:
        """The file that says what the columns are."""
        return self.files[0]

    @property
    def knows_rows(self) -> bool:
        """Whether a row knows its number without a scan in order, as in Parquet."""
        return self.first.form.kind == "parquet"

    @property
    def table(self) -> str:
        """SQL of all their rows."""
        if len(self.files) == 1:
            return table_sql(self.first)
        paths = [recognised.path for recognised in self.files]
        scan = parquet_sql(paths, "file_row_number = true", f"filename = '{PATH.strip(chr(34))}'")
        return as_mapped(self.first, scan)

    @property
    def file_at(self) -> str:
        """SQL of the place of the file a row is from."""
        if len(self.files) == 1:
            return f"CAST({self.places[0]} AS INTEGER)"
        listed = ", ".join(literal(str(recognised.path)) for recognised in self.files)
        return f"CAST([{', '.join(map(str, self.places))}][list_position([{listed}], {PATH})] AS INTEGER)"

    @property
    def row_number(self) -> str:
        """SQL of the number of a row in its file, the heading row being 1."""
        return row_number_sql(self.first)


def bundled(found: Sequence[Recognised]) -> list[Bundle]:
    """This returns the files in bundles: Parquet of the same columns and types, read alike, together, any other file alone."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for at, recognised in enumerate(found):
        is_open = recognised.form.kind == "parquet"
        read_by = recognised.read_by.fingerprint if recognised.read_by else ""
        alike.setdefault((recognised.headings, recognised.types, read_by) if is_open else (at,), []).append(at)
    return [Bundle(tuple(found[at] for at in places), tuple(places)) for places in alike.values()]
