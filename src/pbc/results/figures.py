"""Figure ids: the address of one number, printed beside it in every download, that `explain` can walk from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from pbc.errors import RefusedInput
from pbc.tables import ALL

_FORM = re.compile(
    r"(?P<set_name>[a-z0-9/-]+)@(?P<set_id>[0-9a-f]{12}):(?P<table>[a-z_]+):(?P<key>[^:]*)(:(?P<column>[a-z_]+))?"
)


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
