"""The embedded default: DuckDB, in this process, spilling to a temporary folder when memory runs short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pbc.engines.connection import connect, fetch_frame, parquet_sql
from pbc.engines.engine import Columns, Engine, Relation
from pbc.engines.handed import Handed
from pbc.engines.scratch import Scratch
from pbc.engines.step import Parameter, Step, literal

ROW_GROUP = 250_000  # small enough to skip blocks by month and practice, measured in performance.md


class DuckDBEngine(Engine):
    """An engine over one in-memory DuckDB connection, exposed as `connection` for readers of delivered files."""

    name = "duckdb"

    def __init__(self, *, memory_gb: float | None = None) -> None:
        self._spill = Scratch("spill")
        self.connection = connect()
        self.connection.execute(f"SET temp_directory = {literal(str(self._spill.path))}")
        self.connection.execute("SET preserve_insertion_order = false")
        if memory_gb is not None:
            self.connection.execute(f"SET memory_limit = {literal(f'{memory_gb}GB')}")
        self._made = 0

    def scan(self, files: Sequence[Path], columns: Columns) -> Relation:
        """This returns a lazy view over Parquet files."""
        if not files:
            nothing = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in columns)
            return self.view(f"SELECT {nothing} WHERE FALSE", columns)
        names = ", ".join(f'"{name}"' for name, _ in columns)
        return self.view(f"SELECT {names} FROM {parquet_sql(files)}", columns)

    def adopt(self, frame: pl.DataFrame, columns: Columns) -> Relation:
        """This returns a frame copied into a temporary table, so that later changes to the frame cannot reach it."""
        self.connection.register("adopted", Handed(frame.select([name for name, _ in columns])))
        relation = self._table(f"SELECT {typed(columns)} FROM adopted", columns)
        self.connection.unregister("adopted")
        return relation

    def run(
        self,
        step: Step,
        *,
        inputs: Mapping[str, Relation],
        parameters: Mapping[str, Parameter],
        columns: Columns,
        keep: bool = False,
    ) -> Relation:
        """This returns the step to be run each time it is read, or with `keep` a temporary table."""
        given = [f"{name} AS NOT MATERIALIZED (SELECT * FROM {relation.name})" for name, relation in inputs.items()]
        steps = ", ".join([*given, f"result AS NOT MATERIALIZED (\n{step.bind(parameters)}\n)"])
        sql = f"WITH {steps} SELECT {typed(columns)} FROM result"
        return self._table(sql, columns) if keep else _inline(self, sql, columns)

    def view(self, sql: str, columns: Columns) -> Relation:
        """This returns trusted SQL over this connection, cast to `columns`, to be run each time it is read."""
        return _inline(self, f"SELECT {typed(columns)} FROM ({sql})", columns)

    def _table(self, sql: str, columns: Columns) -> Relation:
        self._made += 1
        name = f"relation_{self._made}"
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        return Relation(self, name, tuple(columns))

    def frame(self, relation: Relation) -> pl.DataFrame:
        """This returns the rows in memory, in no promised order."""
        return fetch_frame(self.connection, f"SELECT * FROM {relation.name}")

    def write(self, relation: Relation, directory: Path, *, order_by: Sequence[str] = ()) -> list[Path]:
        """This writes one Parquet file, sorted if asked so that readers can skip blocks."""
        directory.mkdir(parents=True)
        target = directory / "part-0.parquet"
        ordered = f" ORDER BY {', '.join(order_by)}" if order_by else ""
        self.connection.execute(
            f"COPY (SELECT * FROM {relation.name}{ordered}) TO {literal(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        return [target]

    def close(self) -> None:
        """This closes the connection and removes what was spilled."""
        self.connection.close()
        self._spill.close()


def _inline(engine: DuckDBEngine, sql: str, columns: Columns) -> Relation:
    """A query named by its own text: a view would be bound when made and again by every query that reads it."""
    return Relation(engine, f"({sql})", tuple(columns))


def typed(columns: Columns) -> str:
    """This returns a select list that casts each column to its type.

    >>> typed([("month", "INTEGER")])
    'CAST("month" AS INTEGER) AS "month"'
    """
    return ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns)
