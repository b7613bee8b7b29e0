"""A corner of a DuckDB connection for one read: what was made there, under names of its own, and what undoes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from pbc.engines.connection import fetch_frame
from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.delimited import Recognised, refusal

OUR_OWN_MISTAKES = (
    duckdb.BinderException,
    duckdb.ParserException,
    duckdb.CatalogException,
    duckdb.OutOfMemoryException,
)


class Workbench:
    """Makes temporary tables and views named for one read.

    What spills to disk stands in the engine's own folder, which its owner alone can open and which goes when it closes.
    DuckDB cannot encrypt it without an extension fetched from the network: put temporary files on an encrypted disk.
    """

    def __init__(self, engine: DuckDBEngine, subject: str) -> None:
        self.engine, self.connection = engine, engine.connection
        self.connection.execute("CREATE TEMP SEQUENCE IF NOT EXISTS reads")
        number = self.ask("SELECT nextval('reads')")[0]
        self._mark = f"{subject}_{number}"
        self._made: dict[str, str] = {}

    def name(self, what: str) -> str:
        """This returns the name on the connection of something made here."""
        return f"{what}_{self._mark}"

    def make(self, what: str, sql: str, *, kind: str = "TABLE", parameters: dict[str, bytes] | None = None) -> str:
        """This makes a temporary table or view and returns its name."""
        self.connection.execute(f"CREATE TEMP {kind} {self.name(what)} AS {sql}", parameters or {})
        self._made[what] = kind
        return self.name(what)

    def drop(self, *, keeping: str = "") -> None:
        """This drops everything made here, the last first, but what is named."""
        for each in [what for what in reversed(self._made) if what != keeping]:
            self.connection.execute(f"DROP {self._made.pop(each)} IF EXISTS {self.name(each)}")

    def ask(self, sql: str) -> tuple[Any, ...]:
        """This returns the first row of a query."""
        return tuple(self.connection.execute(sql).fetchall()[0])

    def frame(self, sql: str) -> pl.DataFrame:
        """This returns the rows of a query that has few."""
        return fetch_frame(self.connection, sql)

    @contextmanager
    def in_file_order(self) -> Iterator[None]:
        """This makes scans keep the order of the file, which numbering rows needs and everything else is faster without."""
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            yield
        finally:
            self.connection.execute("SET preserve_insertion_order = false")


@contextmanager
def refusing_broken_files(found: Sequence[Recognised]) -> Iterator[None]:
    """This turns what DuckDB says of a broken file into a refusal that names file and line and never shows the row."""
    try:
        yield
    except OUR_OWN_MISTAKES:
        raise
    except duckdb.Error as error:
        message = str(error)
        named = [recognised for recognised in found if str(recognised.path) in message] or list(found)
        raise refusal(named[0].path, message) from None
