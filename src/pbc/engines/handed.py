"""Rows on their way between DuckDB and Polars as a bare Arrow stream, without loading PyArrow for it.

Alone in its module for a reason: Polars remembers for good the class of whatever it is given, and with the class all that
its module has imported. Given DuckDB's own class, or one from a module that imports DuckDB, it keeps DuckDB from being
taken down when the program ends, and DuckDB says so on the terminal.
"""

from __future__ import annotations

from typing import Any, Protocol


class ArrowStream(Protocol):
    """Anything that gives its rows as an Arrow stream: a DuckDB relation, a Polars frame."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any: ...


class Handed:
    """Rows handed over as a stream and as nothing else, so that neither side looks for a library it knows better."""

    def __init__(self, rows: ArrowStream) -> None:
        self._rows = rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self._rows.__arrow_c_stream__(requested_schema)
