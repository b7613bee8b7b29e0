"""Every table has a grain, a key and a meaning for each column, in a file of its own name."""

import re
from pathlib import Path

import pytest

from pbc import tables
from pbc.tables import ALL
from pbc.tables.contract import Kind, Table

TABLES = pytest.mark.parametrize("table", ALL.values(), ids=ALL)


def test_every_table_file_holds_the_table_of_its_name(tracked_files: list[Path], root: Path) -> None:
    folder = root / "src/pbc/tables"
    files = {path.stem for path in tracked_files if path.parent == folder and path.suffix == ".py"}
    assert files - {"__init__", "contract"} == set(ALL)
    for name in ALL:
        module = __import__(f"pbc.tables.{name}", fromlist=[name.upper()])
        assert getattr(module, name.upper()) is getattr(tables, name.upper()) is ALL[name]


@TABLES
def test_table_says_what_one_row_is(table: Table) -> None:
    assert re.fullmatch(r"(one|each) [a-z].*[^.]", table.grain), table.grain
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", table.name)


@TABLES
def test_table_has_a_key_that_is_never_empty(table: Table) -> None:
    assert table.key
    assert [name for name in table.key if table.column(name).nullable] == []
    inexact = [name for name in table.key if table.column(name).kind in (Kind.RATIO, Kind.NUMBER)]
    assert inexact == []


@TABLES
def test_every_column_says_what_it_holds(table: Table) -> None:
    silent = [
        c.name for c in table.columns if len(c.meaning.split()) < 2 and c.meaning.lower() == c.name.replace("_", " ")
    ]
    assert [c.name for c in table.columns if not c.meaning.strip() or c.meaning.endswith(".")] == []
    assert silent == []


@TABLES
def test_columns_of_one_name_are_of_one_kind_everywhere(table: Table) -> None:
    """But for days: those of one stay are days, those of many stays added up are a count."""
    for column in table.columns:
        kinds = {other.column(column.name).kind for other in ALL.values() if column.name in other.names}
        assert len(kinds) == 1 or kinds == {Kind.DAYS, Kind.COUNT}, f"{column.name}: {kinds}"
