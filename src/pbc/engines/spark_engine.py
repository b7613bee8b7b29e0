"""The second engine: Apache Spark, for organisations that outgrow one machine. The steps are translated by SQLGlot."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from pbc.engines.engine import Columns, Relation
from pbc.engines.step import Parameter, Step

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkEngine:
    """An engine over one Spark session; `master` is a local mode or the address of a cluster."""

    name = "spark"

    def __init__(self, *, master: str = "local[2]") -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="pbc-spark-")
        self.session = start_session(master, Path(self._scratch.name))
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
        name = f"relation_{self._made}"
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
        """This stops the session and removes what was written between."""
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


def start_session(master: str, scratch: Path) -> SparkSession:
    """This returns a quiet session: no web page, few shuffle partitions, dates and arithmetic as strict as DuckDB's."""
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    return (  # type: ignore[no-any-return]
        builder.master(master)
        .appName("pbc")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", str(scratch))
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        .getOrCreate()
    )


@cache
def translated(sql: str) -> str:
    """This returns a DuckDB SELECT in Spark's dialect."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]
