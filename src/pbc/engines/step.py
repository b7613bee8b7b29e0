"""A step: one SELECT in DuckDB's dialect, kept in a file of its own beside the function that runs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

Parameter = str | int | float | bool | date | tuple[str, ...] | tuple[int, ...]

_PLACEHOLDER = re.compile(r"\$([a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Step:
    """A named SELECT. `$name` marks a parameter; tables are named as the running function names its inputs."""

    name: str
    sql: str

    def bind(self, parameters: Mapping[str, Parameter]) -> str:
        """This returns the SQL with each parameter written in as a literal; one too few or too many is an error.

        Literals, not prepared parameters: a lazy view cannot be prepared, and a translated step must read the same.

        >>> Step("a", "SELECT * FROM t WHERE x IN $codes AND y > $low").bind({"codes": ("a", "b'c"), "low": 2})
        "SELECT * FROM t WHERE x IN ('a', 'b''c') AND y > 2"
        """
        wanted = set(_PLACEHOLDER.findall(self.sql))
        if wanted != set(parameters):
            raise ValueError(f"step {self.name} wants parameters {sorted(wanted)}, was given {sorted(parameters)}")
        return _PLACEHOLDER.sub(lambda match: literal(parameters[match[1]]), self.sql)


@cache
def read_step(beside: str, name: str) -> Step:
    """This returns the step in the file `name`.sql that stands beside the module file `beside`."""
    return Step(name, Path(beside).with_name(f"{name}.sql").read_text(encoding="utf-8"))


def literal(value: Parameter) -> str:
    """This returns a value as an SQL literal that both engines read alike.

    >>> literal(date(2009, 4, 1)), literal(True), literal(0.5)
    ("DATE '2009-04-01'", 'TRUE', 'CAST(0.5 AS DOUBLE)')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"CAST({value!r} AS DOUBLE)"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(item) for item in value) + ")"
    escaped = value.replace("'", "''")
    return f"'{escaped}'"
