"""The second engine: Apache Spark, for organisations that outgrow one machine. The steps are translated by SQLGlot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from pbc.engines.engine import Columns, Engine, Relation
from pbc.engines.scratch import Scratch
from pbc.engines.spark_session import SHARED, running_context
from pbc.engines.step import Parameter, Step

_engines = count(1)


class SparkEngine(Engine):
    """An engine over a Spark session of its own; `master` is a local mode or the address of a cluster.

    Where Spark runs already, the engine shares it: its tables and settings stay apart. The last of our engines to close
    stops the Spark that the first of them started; a Spark that was there before them is left running.
    """

    name = "spark"

    def __init__(self, *, master: str = "local[2]") -> None:
        self._scratch = Scratch("spark")
        self.session = SHARED.open(master)
        self._prefix = f"relation_{next(_engines)}"
        self._made = 0

    def scan(self, files: Sequence[Path], columns: Columns) -> Relation:
        """This returns a lazy view over Parquet files."""
        if not files:
            return self._view(
                self.session.createDataFrame([], ", ".join(f"{n} {SPARK_TYPE[t]}" for n, t in columns)), columns
            )
        return self._view(self._read(*files), columns)

    def _read(self, *paths: Path) -> Any:
        """Looking files up by themselves, Spark makes no column of a folder called month=190001."""
        return self.session.read.option("recursiveFileLookup", "true").parquet(*map(exact, paths))

    def adopt(self, frame: pl.DataFrame, columns: Columns) -> Relation:
        """This returns a frame by way of a Parquet file: exact types, and no second frame library."""
        path = self._scratch.path / f"adopted-{self._made}.parquet"
        frame.select([name for name, _ in columns]).write_parquet(path)
        return self._view(self._read(path), columns)

    def run(
        self,
        step: Step,
        *,
        inputs: Mapping[str, Relation],
        parameters: Mapping[str, Parameter],
        columns: Columns,
        keep: bool = False,
    ) -> Relation:
        """This returns a lazy view of the translated step, or with `keep` one cached by Spark."""
        given = ", ".join(f"{name} AS (SELECT * FROM {relation.name})" for name, relation in inputs.items())
        result = self.session.sql(f"WITH {given} SELECT * FROM (\n{translated(step.bind(parameters))}\n) AS result")
        relation = self._view(result, columns)
        if keep:
            self.session.catalog.cacheTable(relation.name)
        return relation

    def view(self, sql: str, columns: Columns) -> Relation:
        """This returns a lazy view of SQL that both engines read alike, cast to `columns`."""
        return self._view(self.session.sql(sql), columns)

    def _view(self, rows: Any, columns: Columns) -> Relation:
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        rows.selectExpr(
            *[f"CAST(`{column}` AS {SPARK_TYPE[kind]}) AS `{column}`" for column, kind in columns]
        ).createOrReplaceTempView(name)
        return Relation(self, name, tuple(columns))

    def frame(self, relation: Relation) -> pl.DataFrame:
        """This returns the rows in memory, in no promised order."""
        self._made += 1
        return pl.read_parquet(self.write(relation, self._scratch.path / f"frame-{self._made}"), glob=False)

    def write(self, relation: Relation, directory: Path, *, order_by: Sequence[str] = ()) -> list[Path]:
        """This writes Parquet part files, one per Spark task, and removes Spark's own marker files."""
        rows = self.session.table(relation.name)
        ordered = rows.orderBy(*order_by) if order_by else rows
        ordered.write.option("compression", "zstd").parquet(str(directory))
        for marker in [*directory.glob("_*"), *directory.glob(".*")]:
            marker.unlink()
        return sorted(directory.glob("*.parquet"))

    def close(self) -> None:
        """This gives the session back, forgets the engine's tables and removes what was written between."""
        SHARED.close(self.session)
        if running_context() is not None:
            for made in range(1, self._made + 1):
                self.session.catalog.dropTempView(f"{self._prefix}_{made}")
        self._scratch.close()


SPARK_TYPE = {
    "VARCHAR": "STRING",
    "DATE": "DATE",
    "INTEGER": "INT",
    "BIGINT": "BIGINT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
}


def exact(path: Path) -> str:
    """This returns a path that Spark reads as this one file and not as a pattern.

    >>> exact(Path("store[1]/part-0.parquet"))
    'store\\\\[1\\\\]/part-0.parquet'
    """
    return re.sub(r"([*?\[\]{}\\])", r"\\\1", str(path))


@cache
def translated(sql: str) -> str:
    """This returns a DuckDB SELECT in Spark's dialect."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]
