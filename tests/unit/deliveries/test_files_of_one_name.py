"""Several files of one name, as deliveries of several months have, are told apart in receipts and refusals."""

from __future__ import annotations

from pathlib import Path

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
