"""Figure ids: the address of one number, printed beside it in every download, that `explain` can walk from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import polars as pl

from pbc.errors import RefusedInput
from pbc.tables import ALL

_FORM = re.compile(
    r"(?P<set_name>[a-z0-9/-]+)@(?P<set_id>[0-9a-f]{12}):(?P<table>[a-z_]+):(?P<key>[^:]*)(:(?P<column>[a-z_]+))?"
)
_UNSAFE = r"[^A-Za-z0-9_. -]"


@dataclass(frozen=True)
class Figure:
    """One row of a published table, or one of its columns."""

    set_name: str
    set_id: str
    table: str
    key: tuple[str, ...]
    column: str | None = None

    @classmethod
    def parse(cls, text: str) -> Figure:
        """This returns the figure that an id names, refusing one that is not in the form of an id.

        >>> Figure.parse("statement/2009-09@0123456789ab:freed_up_resources:2009-10~practice~Z90001~bill").key
        ('2009-10', 'practice', 'Z90001', 'bill')
        """
        match = _FORM.fullmatch(text.strip())
        if match is None or match["table"] not in ALL:
            raise RefusedInput(
                "This is not a figure id.", found=text, expected="an id as printed in the last column of a CSV or XLSX row",
                remedy="Copy the whole id from the figure_id column.",
            )  # fmt: skip
        key = tuple(unquote(part) for part in match["key"].split("~"))
        if len(key) != len(ALL[match["table"]].key):
            raise RefusedInput(
                "This figure id has the wrong number of parts.", found=text, expected="~".join(ALL[match["table"]].key)
            )
        return cls(match["set_name"], match["set_id"], match["table"], key, match["column"])

    def __str__(self) -> str:
        parts = "~".join(quote(part, safe="-_. ").replace("~", "%7E") for part in self.key)
        return f"{self.set_name}@{self.set_id}:{self.table}:{parts}" + (f":{self.column}" if self.column else "")


def figure_id(set_name: str, set_id: str, table: str, row: Mapping[str, Any], column: str | None = None) -> str:
    """This returns the id of a row of a published table, or of one figure in it."""
    return str(Figure(set_name, set_id, table, tuple(str(row[name]) for name in ALL[table].key), column))


def figure_ids(set_name: str, set_id: str, table: str, rows: pl.DataFrame) -> pl.Series:
    """This returns the id of each row of a published table, as `figure_id` gives them one by one.

    >>> rows = ALL["budget_statements"].from_rows([{"statement_month": 200909, "practice_code": "Z9/1", "period": "month", "cut": "total",
    ...     "item": "all", "payment_form": "mixed", "actual_pence": 1}])
    >>> figure_ids("statement/2009-09", "0123456789ab", "budget_statements", rows)[0]
    'statement/2009-09@0123456789ab:budget_statements:200909~Z9%2F1~month~total~all'
    """
    parts = [_quoted(rows[name].cast(pl.String)) for name in ALL[table].key]
    key = pl.select(pl.concat_str(parts, separator="~")).to_series() if rows.height else pl.Series([], dtype=pl.String)
    return (f"{set_name}@{set_id}:{table}:" + key).alias("figure_id")


def _quoted(values: pl.Series) -> pl.Series:
    """Codes are plain letters and digits but for a few, so that only those few are written otherwise."""
    if not values.str.contains(_UNSAFE).any():
        return values
    written = {value: quote(value, safe="-_. ").replace("~", "%7E") for value in values.unique()}
    return values.replace_strict(written)
