"""The second engine: Apache Spark, for organisations that outgrow one machine. The steps are translated by SQLGlot."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from pbc.engines.engine import Columns, Relation
from pbc.engines.step import Parameter, Step

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


_engines = count(1)


class SparkEngine:
    """An engine over a Spark session of its own; `master` is a local mode or the address of a cluster.

    Where Spark runs already, the engine borrows it: its tables and settings stay apart, and closing leaves Spark running.
    """

    name = "spark"

    def __init__(self, *, master: str = "local[2]") -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="pbc-spark-")
        self.is_borrowed = is_running()
        self.session = start_session(master, Path(self._scratch.name))
        self._prefix = f"relation_{next(_engines)}"
        self._made = 0

    def scan(self, files: Sequence[Path], columns: Columns) -> Relation:
        """This returns a lazy view over Parquet files."""
        if not files:
            return self._view(
                self.session.createDataFrame([], ", ".join(f"{n} {SPARK_TYPE[t]}" for n, t in columns)), columns
            )
        return self._view(self._read(*map(str, files)), columns)

    def _read(self, *paths: str) -> Any:
        """Looking files up by themselves, Spark makes no column of a folder called month=190001."""
        return self.session.read.option("recursiveFileLookup", "true").parquet(*paths)

    def adopt(self, frame: pl.DataFrame, columns: Columns) -> Relation:
        """This returns a frame by way of a Parquet file: exact types, and no second frame library."""
        path = Path(self._scratch.name) / f"adopted-{self._made}.parquet"
        frame.select([name for name, _ in columns]).write_parquet(path)
        return self._view(self._read(str(path)), columns)

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

    def _view(self, rows: Any, columns: Columns) -> Relation:
        self._made += 1
        name = f"{self._prefix}_{self._made}"
        rows.selectExpr(
            *[f"CAST(`{column}` AS {SPARK_TYPE[kind]}) AS `{column}`" for column, kind in columns]
        ).createOrReplaceTempView(name)
        return Relation(self, name, tuple(columns))

    def union(self, relations: Sequence[Relation]) -> Relation:
        """This returns a lazy view of all rows."""
        parts = " UNION ALL ".join(f"SELECT * FROM {relation.name}" for relation in relations)
        return self._view(self.session.sql(parts), relations[0].columns)

    def frame(self, relation: Relation) -> pl.DataFrame:
        """This returns the rows in memory, in no promised order."""
        self._made += 1
        return pl.read_parquet(self.write(relation, Path(self._scratch.name) / f"frame-{self._made}"))

    def write(self, relation: Relation, directory: Path, *, order_by: Sequence[str] = ()) -> list[Path]:
        """This writes Parquet part files, one per Spark task, and removes Spark's own marker files."""
        rows = self.session.table(relation.name)
        ordered = rows.orderBy(*order_by) if order_by else rows
        ordered.write.option("compression", "zstd").parquet(str(directory))
        for marker in [*directory.glob("_*"), *directory.glob(".*")]:
            marker.unlink()
        return sorted(directory.glob("*.parquet"))

    def close(self) -> None:
        """This stops Spark unless it was borrowed, forgets the engine's tables and removes what was written between."""
        if self.is_borrowed:
            for made in range(1, self._made + 1):
                self.session.catalog.dropTempView(f"{self._prefix}_{made}")
        else:
            self.session.stop()
        self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


SPARK_TYPE = {
    "VARCHAR": "STRING",
    "DATE": "DATE",
    "INTEGER": "INT",
    "BIGINT": "BIGINT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
}


STRICT = {  # as strict as DuckDB with dates and arithmetic; few shuffle partitions
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}


def is_running() -> bool:
    """This returns whether Spark runs in this process already: PySpark offers no public way to ask of every thread."""
    from pyspark import SparkContext

    return SparkContext._active_spark_context is not None


def start_session(master: str, scratch: Path) -> SparkSession:
    """This returns a quiet session without a web page; where Spark runs already, one beside those there are."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    settings = {} if is_running() else _settings(master, scratch)
    for name, value in settings.items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate().newSession()
    for name, value in STRICT.items():
        session.conf.set(name, value)
    return session


def _settings(master: str, scratch: Path) -> dict[str, str]:
    return {
        "spark.master": master,
        "spark.app.name": "pbc",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
    }


@cache
def translated(sql: str) -> str:
    """This returns a DuckDB SELECT in Spark's dialect."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]
