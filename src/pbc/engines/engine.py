"""What every engine can do, and the handle it gives on a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import polars as pl

from pbc.engines.step import Parameter, Step

Columns = Sequence[tuple[str, str]]  # column name and SQL type, in order


@dataclass(frozen=True)
class Relation:
    """A table inside an engine: perhaps not computed yet. `name` is the engine's own, never a subject's."""

    engine: Engine
    name: str
    columns: Columns

    def frame(self) -> pl.DataFrame:
        """This returns the rows as a frame in memory: for practice-grain tables, never for patient-grain ones."""
        return self.engine.frame(self)

    def write(self, directory: Path, *, order_by: Sequence[str] = ()) -> list[Path]:
        """This writes the rows as Parquet files in a new directory and returns their paths."""
        return self.engine.write(self, directory, order_by=order_by)


class Engine(Protocol):
    """Runs steps. A closed engine forgets its relations; nothing outlives it but the files it wrote."""

    name: str

    def scan(self, files: Sequence[Path], columns: Columns) -> Relation:
        """This returns the rows of Parquet files that all hold these columns; no file gives an empty table."""
        ...

    def adopt(self, frame: pl.DataFrame, columns: Columns) -> Relation:
        """This returns a frame as a relation."""
        ...

    def run(
        self,
        step: Step,
        *,
        inputs: Mapping[str, Relation],
        parameters: Mapping[str, Parameter],
        columns: Columns,
        keep: bool = False,
    ) -> Relation:
        """This returns the step's result, cast to `columns`. `keep` computes it now, once, for several readers."""
        ...

    def view(self, sql: str, columns: Columns) -> Relation:
        """This returns a lazy view of trusted SQL over the engine's own relations, cast to `columns`."""
        ...

    def union(self, relations: Sequence[Relation]) -> Relation:
        """This returns a lazy view of all the rows of relations that hold the same columns."""
        parts = " UNION ALL ".join(f"SELECT * FROM {relation.name}" for relation in relations)
        return self.view(parts, relations[0].columns)

    def frame(self, relation: Relation) -> pl.DataFrame:
        """This returns the rows of a relation in memory."""
        ...

    def write(self, relation: Relation, directory: Path, *, order_by: Sequence[str] = ()) -> list[Path]:
        """This writes the rows of a relation as Parquet files in a new directory."""
        ...

    def close(self) -> None:
        """This gives back memory and temporary files."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
