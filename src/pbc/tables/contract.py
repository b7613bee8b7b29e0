"""What a table is: its grain, key, columns, units and checks, written once and used by every room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import polars as pl

from pbc.errors import RefusedInput

if TYPE_CHECKING:
    import pyarrow as pa


class Kind(StrEnum):
    """What a column holds. The kind fixes the stored type and the unit, so that neither can drift."""

    CODE = "code"
    TEXT = "text"
    DATE = "date"
    MONTH = "month"
    YEAR = "financial year"
    ID = "identifier"
    COUNT = "count"
    DAYS = "days"
    PENCE = "pence"
    RATIO = "ratio"
    NUMBER = "number"
    FLAG = "flag"


STORED: Mapping[Kind, tuple[Any, str, str]] = {  # in Polars, Arrow and SQL
    Kind.CODE: (pl.String, "string", "VARCHAR"),
    Kind.TEXT: (pl.String, "string", "VARCHAR"),
    Kind.DATE: (pl.Date, "date32", "DATE"),
    Kind.MONTH: (pl.Int32, "int32", "INTEGER"),
    Kind.YEAR: (pl.String, "string", "VARCHAR"),
    Kind.ID: (pl.Int64, "int64", "BIGINT"),
    Kind.COUNT: (pl.Int64, "int64", "BIGINT"),
    Kind.DAYS: (pl.Int32, "int32", "INTEGER"),
    Kind.PENCE: (pl.Int64, "int64", "BIGINT"),
    Kind.RATIO: (pl.Float64, "float64", "DOUBLE"),
    Kind.NUMBER: (pl.Float64, "float64", "DOUBLE"),
    Kind.FLAG: (pl.Boolean, "bool", "BOOLEAN"),
}


@dataclass(frozen=True)
class Column:
    """One column: its name carries its unit, `meaning` says in a sentence what it holds."""

    name: str
    kind: Kind
    meaning: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def polars_type(self) -> Any:
        """The Polars type it is stored in."""
        return STORED[self.kind][0]

    @property
    def sql_type(self) -> str:
        """The SQL type it is stored in, on both engines."""
        return STORED[self.kind][2]


@dataclass(frozen=True)
class Table:
    """The written shape of a table. `grain` completes "one row per ..."; `key` columns are together unique and never null."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""

    def __post_init__(self) -> None:
        unknown = set(self.key) - set(self.names)
        if unknown or len(set(self.names)) != len(self.names):
            raise ValueError(f"table {self.name}: bad key {unknown} or a column named twice")

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def polars_schema(self) -> dict[str, Any]:
        """Column name to Polars type, in order."""
        return {column.name: column.polars_type for column in self.columns}

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of a published file, for those who read it with Arrow; the engine itself does not load it."""
        import pyarrow as pa

        return pa.schema([(column.name, pa.type_for_alias(STORED[column.kind][1])) for column in self.columns])

    @property
    def sql_columns(self) -> tuple[tuple[str, str], ...]:
        """Column name and SQL type, in order, as engines want them."""
        return tuple((column.name, column.sql_type) for column in self.columns)

    def column(self, name: str) -> Column:
        """This returns the column of that name."""
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pl.DataFrame:
        """This returns the table with no rows."""
        return pl.DataFrame(schema=self.polars_schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """This returns the frame with exactly this table's columns, in order and in their types; a missing one is a fault."""
        if list(frame.schema.items()) == list(self.polars_schema.items()):
            return frame
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise ValueError(f"table {self.name}: missing columns {missing}; has {frame.columns}")
        return frame.select(pl.col(name).cast(kind) for name, kind in self.polars_schema.items())

    def from_rows(self, rows: list[dict[str, Any]]) -> pl.DataFrame:
        """This returns the table made of these rows, absent nullable columns null; for tests and small tables."""
        return self.conform(
            pl.DataFrame(
                [{name: row.get(name) for name in self.names} for row in rows], schema=self.polars_schema, orient="row"
            )
        )

    def check(self, frame: pl.DataFrame) -> list[str]:
        """This returns what is wrong with a frame of this table, one sentence per fault; empty if nothing is."""
        faults = [fault for column in self.columns for fault in _column_faults(column, frame[column.name])]
        doubled = frame.height - frame.select(self.key).n_unique() if self.key and frame.height else 0
        return faults + ([f"{doubled} rows repeat the key {', '.join(self.key)}"] if doubled else [])

    def require(self, frame: pl.DataFrame, *, where: str) -> pl.DataFrame:
        """This returns the frame unchanged if it passes its checks, and refuses it by name if not."""
        faults = self.check(frame)
        if faults:
            raise RefusedInput(
                f"The table {self.name} does not hold what it promises.", where=where, found="; ".join(faults)
            )
        return frame


def _column_faults(column: Column, values: pl.Series) -> list[str]:
    faults = []
    if not column.nullable and values.null_count():
        faults.append(f"{column.name}: {values.null_count()} empty values")
    if column.kind in (Kind.RATIO, Kind.NUMBER) and not values.drop_nulls().is_finite().all():
        faults.append(f"{column.name}: holds a value that is not a finite number; leave it empty instead")
    if column.allowed:
        strange = values.drop_nulls().filter(~values.drop_nulls().is_in(list(column.allowed)))
        if strange.len():
            faults.append(f"{column.name}: {strange[0]!r} is not one of {', '.join(column.allowed)}")
    if column.minimum is not None or column.maximum is not None:
        least, most = column.minimum, column.maximum
        outside = [
            *(values.filter(values < least) if least is not None else []),
            *(values.filter(values > most) if most is not None else []),
        ]
        faults += [f"{column.name}: {outside[0]!r} is not between {least} and {most}"] if outside else []
    return faults


def code(name: str, meaning: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    """This returns a column of codes from a standing list."""
    return Column(name, Kind.CODE, meaning, nullable=nullable, allowed=allowed)


def text(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of free words."""
    return Column(name, Kind.TEXT, meaning, nullable=nullable)


def day(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of dates."""
    return Column(name, Kind.DATE, meaning, nullable=nullable)


def month(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of months written as the integer 200909."""
    return Column(name, Kind.MONTH, meaning, nullable=nullable, minimum=194801, maximum=210012)


def year(name: str, meaning: str) -> Column:
    """This returns a column of financial years spelled 2009-10."""
    return Column(name, Kind.YEAR, meaning)


def count(name: str, meaning: str, *, nullable: bool = False, minimum: float | None = 0) -> Column:
    """This returns a column of whole counts, not negative unless `minimum` says so."""
    return Column(name, Kind.COUNT, meaning, nullable=nullable, minimum=minimum)


def days(name: str, meaning: str, *, nullable: bool = False, maximum: float = 20_000) -> Column:
    """This returns a column of days."""
    return Column(name, Kind.DAYS, meaning, nullable=nullable, minimum=0, maximum=maximum)


def pence(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of money in integer pence."""
    return Column(name, Kind.PENCE, meaning, nullable=nullable)


def ratio(name: str, meaning: str, *, nullable: bool = False, minimum: float | None = None) -> Column:
    """This returns a column of dimensionless ratios in double precision."""
    return Column(name, Kind.RATIO, meaning, nullable=nullable, minimum=minimum)


def number(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of measured quantities in double precision; the meaning names the unit."""
    return Column(name, Kind.NUMBER, meaning, nullable=nullable)


def flag(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of true or false."""
    return Column(name, Kind.FLAG, meaning, nullable=nullable)


def identifier(name: str, meaning: str, *, nullable: bool = False) -> Column:
    """This returns a column of 64-bit identifiers."""
    return Column(name, Kind.ID, meaning, nullable=nullable)
