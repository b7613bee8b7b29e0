"""Sessions of Apache Spark: one running Spark in a process, shared by every engine that is open."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from pbc.engines.scratch import Scratch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STRICT = {  # as strict as DuckDB with dates and arithmetic; few shuffle partitions
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}


class SharedSpark:
    """The Spark that our engines started, and how many of them it still serves; a Spark of somebody else is never stopped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._scratch: Scratch | None = None
        self._session: SparkSession | None = None
        self._open = 0

    def open(self, master: str) -> SparkSession:
        """This returns a quiet session of its own: where Spark runs already, one beside those there are."""
        with self._lock:
            if running_context() is None:
                self._start(master)
            session = _new_session()
            if self._is_ours(session):
                self._open += 1
            return session

    def close(self, session: SparkSession) -> None:
        """This gives a session back; with the last of those that rest on a Spark we started, that Spark stops."""
        with self._lock:
            if self._is_ours(session):
                self._open -= 1
                if self._open == 0:
                    self._stop()

    def _is_ours(self, session: SparkSession) -> bool:
        return self._session is not None and session.sparkContext is self._session.sparkContext

    def _start(self, master: str) -> None:
        from pyspark.sql import SparkSession

        self._scratch = self._scratch or Scratch("spark")  # Java keeps to the first folder it was told of
        builder: Any = SparkSession.builder
        for name, value in _settings(master, self._scratch).items():
            builder = builder.config(name, value)
        self._session, self._open = builder.getOrCreate(), 0

    def _stop(self) -> None:
        if self._session is not None and self._session.sparkContext is running_context():
            self._session.stop()
        self._session = None


SHARED = SharedSpark()


def running_context() -> Any:
    """This returns the Spark context of this process, or None: PySpark offers no public way to ask of every thread."""
    from pyspark import SparkContext

    return SparkContext._active_spark_context


def _new_session() -> SparkSession:
    from pyspark.sql import SparkSession

    session: SparkSession = SparkSession.builder.getOrCreate().newSession()
    for name, value in STRICT.items():
        session.conf.set(name, value)
    return session


def _settings(master: str, scratch: Scratch) -> dict[str, str]:
    return {
        "spark.master": master,
        "spark.app.name": "pbc",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(scratch.path),
        "spark.sql.warehouse.dir": str(scratch.path / "warehouse"),
    }
