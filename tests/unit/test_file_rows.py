"""Codes that a register does not have are found in a delivered file without holding its rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pbc.sources.delimited import Recognised, recognise
from pbc.sources.file_rows import find_unknown, find_unknown_codes
from pbc.sources.layout import Layout, LayoutColumn

LAYOUT = Layout("lists", "List sizes", (LayoutColumn("practice_code", ("practice_code",)),))
CODES = ["Z9", "Z1", "Z2", "Z9", "", "Z3", "Z9", "9434765919"]


@pytest.fixture
def recognised(tmp_path: Path) -> Recognised:
    path = tmp_path / "lists.csv"
    path.write_text("practice_code,note\n" + "".join(f"{code},x\n" for code in CODES))
    return recognise(path, [LAYOUT])


def test_unknown_codes_are_told_once_with_their_rows_and_the_rest_together(recognised: Recognised) -> None:
    """Given Z9 three times, Z2, Z3 and a number, and a limit of two, then two codes and one row for the other two."""
    found = find_unknown_codes(recognised, "practice_code", known=pl.Series(["Z1"]), at_most=2)
    assert found.select("row_number", "found", "rows_count").rows() == [
        (2, "Z9 in 3 rows", 3),
        (4, "Z2 in 1 row", 1),
        (7, "2 more codes in 2 rows", 2),
    ]
    every = find_unknown_codes(recognised, "practice_code", known=pl.Series(["Z1"]), at_most=4)
    assert every["found"].to_list()[-1] == "(ten digits, not shown) in 1 row"
    assert every["rows_count"].sum() == find_unknown(recognised, "practice_code", known=pl.Series(["Z1"])).height


def test_codes_that_are_all_known_are_not_told(recognised: Recognised) -> None:
    assert find_unknown_codes(recognised, "practice_code", known=pl.Series(CODES), at_most=2).is_empty()
