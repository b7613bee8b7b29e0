"""Which rows of a delivered file hold certain codes: so that what is looked up elsewhere can be told row by row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pbc.engines.connection import connect, fetch_frame
from pbc.engines.handed import Handed
from pbc.sources.delimited import Recognised, refusing_bad_rows, source_sql
from pbc.sources.rejects import safe_value_sql


def find_rows(recognised: Recognised, wanted: pl.DataFrame, *, on: Sequence[str]) -> pl.DataFrame:
    """This returns the rows of `wanted` with the `row_number` of each row of the file whose columns `on` hold the same.

    Grain out: one row of the file and row of `wanted`. The file is scanned once, in order, and never held whole.
    """
    joined = " AND ".join(f'delivered."{name}" = wanted."{name}"' for name in on)
    sql = (
        f"SELECT row_number, wanted.* FROM ({source_sql(recognised, with_row_number=True)}) AS delivered "
        f"INNER JOIN wanted ON {joined} ORDER BY row_number"
    )
    return _ask(recognised, sql, wanted)


def find_unknown(recognised: Recognised, column: str, *, known: pl.Series) -> pl.DataFrame:
    """This returns `row_number` and `found` (as it may be shown) of the rows whose code is not among the known ones.

    An empty cell is no code.
    """
    codes = pl.DataFrame({"code": known.cast(pl.String).unique()})
    sql = (
        f"SELECT row_number, {safe_value_sql(column)} AS found FROM ({source_sql(recognised, with_row_number=True)}) "
        f"AS delivered ANTI JOIN wanted ON delivered.{column} = wanted.code WHERE {column} IS NOT NULL ORDER BY row_number"
    )
    return _ask(recognised, sql, codes)


def find_unknown_codes(recognised: Recognised, column: str, *, known: pl.Series, at_most: int) -> pl.DataFrame:
    """This returns the codes that are not among the known ones, by first row: `row_number`, `found` (as it may be shown,
    with how many rows hold it) and `rows_count`.

    Grain out: one code, of which at most so many, then one row for all others together. An empty cell is no code.
    """
    codes = pl.DataFrame({"code": known.cast(pl.String).unique()})
    sql = f"""WITH unknown AS (
            SELECT {column} AS code, min(row_number) AS row_number, count(*) AS rows_count,
                row_number() OVER (ORDER BY min(row_number)) AS place
            FROM ({source_sql(recognised, with_row_number=True)}) AS delivered ANTI JOIN wanted
                ON delivered.{column} = wanted.code
            WHERE {column} IS NOT NULL GROUP BY {column})
        SELECT min(row_number) AS row_number, CAST(sum(rows_count) AS BIGINT) AS rows_count,
            CASE WHEN min(place) <= {at_most} THEN {safe_value_sql("min(code)")}
                ELSE format('{{:,}} more codes', count(*)) END
            || format(' in {{:,}} row', CAST(sum(rows_count) AS BIGINT)) || CASE WHEN sum(rows_count) = 1 THEN '' ELSE 's' END
            AS found
        FROM unknown GROUP BY least(place, {at_most + 1})"""
    return _ask(recognised, sql, codes)


def _ask(recognised: Recognised, sql: str, wanted: pl.DataFrame) -> pl.DataFrame:
    with refusing_bad_rows(recognised), connect() as connection:
        connection.register("wanted", Handed(wanted))
        connection.execute(f"CREATE TEMP TABLE found AS {sql}")
        return fetch_frame(connection, "SELECT * FROM found ORDER BY row_number")
