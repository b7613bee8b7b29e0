"""The one place a DuckDB connection is made: nothing is fetched, and a folder's name never becomes a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pbc.engines.handed import Handed
from pbc.engines.step import literal

SEALED: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",  # nothing is spilled: DuckDB's own choice is a folder where the program stands, left behind if killed
}
PLAIN_FOLDERS = "hive_partitioning = false"  # else a folder called month=190001 would replace the column month


def connect() -> duckdb.DuckDBPyConnection:
    """This returns a fresh in-memory connection that never installs or loads an extension: CSV and Parquet are built in.

    It writes nothing to disk when memory runs short; an engine names a folder of its own for that (decision 0130).
    """
    return duckdb.connect(config=dict(SEALED))


def fetch_frame(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """This returns the rows of a query in memory, handed over as an Arrow stream and so without loading PyArrow.

    What goes wrong after the first rows is a `duckdb.Error` too, in DuckDB's words: Polars hands them on as its own.

    >>> with connect() as connection:
    ...     fetch_frame(connection, "SELECT 200909 AS month, 'Z90001' AS practice_code").rows()
    [(200909, 'Z90001')]
    """
    try:
        return pl.DataFrame(Handed(connection.sql(sql)))
    except pl.exceptions.ComputeError as error:
        said = str(error)
        raise (duckdb.OutOfMemoryException if "Out of Memory" in said else duckdb.Error)(said) from error


def exact(path: Path) -> str:
    """This returns a path that DuckDB reads as this one file and not as a pattern.

    >>> exact(Path("store[1]/part-0.parquet"))
    'store[[]1]/part-0.parquet'
    """
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def parquet_sql(paths: Sequence[Path], *options: str) -> str:
    """This returns the table function that scans these Parquet files and takes every column from the files themselves.

    >>> parquet_sql([Path("month=190001/a.parquet")], "file_row_number = true")
    "read_parquet(['month=190001/a.parquet'], hive_partitioning = false, file_row_number = true)"
    """
    listed = ", ".join(literal(exact(path)) for path in paths)
    return f"read_parquet({', '.join([f'[{listed}]', PLAIN_FOLDERS, *options])})"
