"""What rows of a delivered layout become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pbc.tables import Table

RECORDS = (("setting", "VARCHAR"), ("provider_code", "VARCHAR"), ("record_number", "VARCHAR"))


@dataclass(frozen=True)
class RowRule:
    """A rule between columns: `breaks` is SQL over typed columns, `column` the one named in the rejected row."""

    name: str
    column: str
    breaks: str


@dataclass(frozen=True)
class Shape:
    """What rows of a layout become: the table, SQL of each of its columns over the layout's, the key and the rules.

    `select` may name the layout's columns, typed, `person_id` and `is_of_restricted_kind`.
    `key` names the layout's columns, or `person_key`; none where rows may repeat, as charges do: nothing is then refused for it.
    `person` is the identifying column, empty if there is none; `needs_person` refuses rows without a valid number,
    else they are kept with no person and counted. `has_periods` refuses a person registered twice at once.
    `restricted` is SQL that is true for rows of a legally restricted kind. `is_summed`: `select` adds rows up
    by its plain columns. `record` is SQL of each column of RECORDS, for rows that are billed; else empty.
    """

    table: Table
    select: Mapping[str, str]
    key: tuple[str, ...]
    rules: tuple[RowRule, ...] = ()
    person: str = "nhs_number"
    needs_person: bool = False
    has_periods: bool = False
    restricted: str = "FALSE"
    is_summed: bool = False
    record: Mapping[str, str] = field(default_factory=dict)
