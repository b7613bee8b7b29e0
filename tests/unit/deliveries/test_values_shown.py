"""A value is made safe to show by one set of rules, in SQL and in Polars alike, wherever a row is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pbc.engines.connection import connect
from pbc.errors import RefusedInput
from pbc.sources.deliveries.small_tables import check_table_file, read_table_file
from pbc.sources.rejects import safe_value_sql
from pbc.tables import PRACTICES
from pbc.tables.rejected_rows import HIDDEN, safe_value

VALUES = {
    "nothing": (None, None),
    "a code": ("Z90001", "Z90001"),
    "an NHS number": ("9434765919", HIDDEN),
    "an NHS number in groups": ("943 476-5919", HIDDEN),
    "an NHS number beyond what is shown": ("x" * 90 + "9434765919", HIDDEN),
    "a formula": ("=1+1", "'=1+1"),
    "a negative number": ("-5", "-5"),
    "a minus before a word": ("-cmd", "'-cmd"),
    "two lines": ("a\nb\x7f", "a b "),
    "sixty characters": ("é" * 60, "é" * 60),
    "a long text": ("é" * 70, "é" * 60 + "... (70 characters)"),
    "a long formula": ("@" * 61, "'" + "@" * 59 + "... (61 characters)"),
}


@pytest.mark.parametrize("name", VALUES)
def test_value_is_shown_alike_by_sql_and_by_polars(name: str) -> None:
    value, shown = VALUES[name]
    with connect() as connection:
        sql = f"SELECT {safe_value_sql('value')} FROM (SELECT CAST($value AS VARCHAR) AS value)"
        assert connection.execute(sql, {"value": value}).fetchall() == [(shown,)]
    assert pl.select(safe_value(pl.lit(value, pl.String))).item() == shown


def test_key_of_a_small_table_that_could_be_an_nhs_number_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "practices.csv"
    row = "9434765919,A made-up surgery,,A,4,ZP1,,\n"
    path.write_text(f"{','.join(PRACTICES.names)}\n{row}{row}")
    told = check_table_file(path, PRACTICES, delivery="check").rejected
    assert told.select("rule", "value_found").rows() == [("duplicate_key", HIDDEN)]
    with pytest.raises(RefusedInput, match="same key") as refused:
        read_table_file(path, PRACTICES, delivery="check")
    assert refused.value.found == HIDDEN
