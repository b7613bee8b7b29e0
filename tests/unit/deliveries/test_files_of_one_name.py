"""Several files of one name, as deliveries of several months have, are told apart in receipts and refusals."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.sources.deliveries import read_accident_and_emergency

KEY = bytes(range(40))
HEADINGS = "provider_code,attendance_number,nhs_number,arrival_date,hrg_code,age,sex,practice_code"


def test_refused_rows_of_files_of_one_name_are_all_listed(tmp_path: Path) -> None:
    """The second row of both files is refused: two refusals, not one, and two fingerprints."""
    files = []
    for month, number in (("2009-08", "E1"), ("2009-09", "E2")):
        (tmp_path / month).mkdir()
        files.append(tmp_path / month / "accident_and_emergency.csv")
        files[-1].write_text(f"{HEADINGS}\nZH1,{number},,2009-08-03,ZZE01,7,9,\nZH1,{number}a,,1809-08-03,ZZE01,7,9,\n")
    with DuckDBEngine() as engine:
        read = read_accident_and_emergency(engine, files, key=KEY, delivery="2009-09")
        assert sorted(read.rejected["delivery"]) == [
            "2009-09/2009-08/accident_and_emergency.csv",
            "2009-09/2009-09/accident_and_emergency.csv",
        ]
        assert (read.counts["refused"], read.counts["accepted"], len(read.fingerprints)) == (2, 2, 2)


def as_parquet(path: Path, numbers: list[str], days: list[str]) -> Path:
    """A month's file with one attendance per number."""
    path.parent.mkdir()
    count = len(numbers)
    pl.DataFrame({
        "provider_code": ["ZH1"] * count, "attendance_number": numbers, "nhs_number": [None] * count,
        "arrival_date": days, "hrg_code": ["ZZE01"] * count, "age": [7] * count, "sex": ["9"] * count,
        "practice_code": [None] * count,
    }, schema_overrides={"nhs_number": pl.String, "practice_code": pl.String}).with_columns(
        pl.col("arrival_date").str.to_date()
    ).write_parquet(path)  # fmt: skip
    return path


def test_parquet_files_scanned_as_one_keep_their_rows_apart(tmp_path: Path) -> None:
    """A bad row, and a key that came in the month before, are refused by the file and row they stand in."""
    days = ["2009-08-03", "2009-08-04", "1809-08-05"]
    files = [
        as_parquet(tmp_path / "2009-08" / "accident_and_emergency.parquet", ["E1", "E2", "E3"], days),
        as_parquet(tmp_path / "2009-09" / "accident_and_emergency.parquet", ["E4", "E2"], ["2009-09-01", "2009-08-04"]),
    ]
    with DuckDBEngine() as engine:
        read = read_accident_and_emergency(engine, files, key=KEY, delivery="2009-09")
        found = read.rejected.select("delivery", "row_number", "rule").rows()
        assert sorted(read.rows.frame()["attendance_number"]) == ["E1", "E2", "E4"]
    assert found == [
        ("2009-09/2009-08/accident_and_emergency.parquet", 4, "date_out_of_range"),
        ("2009-09/2009-09/accident_and_emergency.parquet", 3, "duplicate_key"),
    ]


def test_parquet_and_text_of_one_layout_are_read_together(tmp_path: Path) -> None:
    """One month came as Parquet and one as CSV: rows of both are kept, and a key repeated across them is refused."""
    first = as_parquet(tmp_path / "2009-08" / "accident_and_emergency.parquet", ["E1", "E2"], ["2009-08-03"] * 2)
    second = tmp_path / "more.csv"
    second.write_text(f"{HEADINGS}\nZH1,E2,,2009-08-03,ZZE01,7,9,\nZH1,E5,,2009-08-03,ZZE01,7,9,\n")
    with DuckDBEngine() as engine:
        read = read_accident_and_emergency(engine, [first, second], key=KEY, delivery="2009-09")
        assert sorted(read.rows.frame()["attendance_number"]) == ["E1", "E2", "E5"]
        assert read.rejected.select("delivery", "row_number").rows() == [("2009-09/more.csv", 2)]
