"""Running one SQL step over named inputs: DuckDB here, Spark there. Knows no subject."""

from pbc.engines.engine import Columns, Engine, Relation
from pbc.engines.step import Step, read_step

__all__ = ["Columns", "Engine", "Relation", "Step", "open_engine", "read_step"]


def open_engine(name: str = "duckdb", *, memory_gb: float | None = None, master: str = "local[2]") -> Engine:
    """This returns a fresh engine: `duckdb`, the embedded default, or `spark`, which needs the extra of that name."""
    if name == "duckdb":
        from pbc.engines.duckdb_engine import DuckDBEngine

        return DuckDBEngine(memory_gb=memory_gb)
    if name == "spark":
        from pbc.engines.spark_engine import SparkEngine

        return SparkEngine(master=master)
    raise ValueError(f"no engine is called {name!r}; there are duckdb and spark")
