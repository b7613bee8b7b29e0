"""Pseudonymise before upload: what is written, what refuses it, and what a stamped file may not hold."""

from __future__ import annotations

import csv
import gzip
import io
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import RefusedInput
from pbc.flows.check_file import check_file
from pbc.flows.pseudonymise import pseudonymise_file, pseudonymise_folder
from pbc.sources.deliveries import read_outpatients
from pbc.sources.pseudonym import key_fingerprint, pseudonym_of
from pbc.sources.stamp import read_pseudonym

GOOD = [
    {"provider_code": "ZH1", "attendance_number": f"O{at}", "nhs_number": number, "attendance_date": "2009-09-02",
     "attendance_type": "first", "hrg_code": "ZZO01", "treatment_function_code": "100", "age": "40", "sex": "1",
     "practice_code": "Z90001", "referral_source": "GP", "patient name": "Jane"}
    for at, number in enumerate(["9990000018", "999 000 0026", "9990000019", "", "9990000018"])
]  # fmt: skip
KEY, OTHER = bytes(range(40)), bytes(range(1, 41))


def write(path: Path, rows: list[dict[str, str]] = GOOD) -> Path:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    written = stream.getvalue().encode()
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)
    return path


def changed(**cells: str) -> list[dict[str, str]]:
    return [GOOD[0] | cells, *GOOD[1:]]


def rows_of(path: Path) -> list[dict[str, Any]]:
    held = path.read_bytes()
    return list(csv.DictReader(io.StringIO((gzip.decompress(held) if path.suffix == ".gz" else held).decode())))


@pytest.mark.parametrize("name", ["outpatients.csv", "outpatients.csv.gz"])
def test_the_column_alone_changes_and_says_whose_key(name: str, tmp_path: Path) -> None:
    hidden = pseudonymise_file(write(tmp_path / name), tmp_path / "sent" / name, key=KEY)
    stamp = f"person_id {key_fingerprint(KEY)}"
    kept = [column for column in GOOD[0] if column not in ("nhs_number", "patient name")]
    written = rows_of(hidden.path)
    assert [[row[column] for column in kept] for row in written] == [[row[column] for column in kept] for row in GOOD]
    people = [pseudonym_of("9990000018", key=KEY), pseudonym_of("9990000026", key=KEY)]
    assert [read_pseudonym(row[stamp]) for row in written] == [*people, None, None, people[0]]
    assert [row[stamp] for row in written][2:4] == ["invalid", ""]
    assert (hidden.rows_count, hidden.missing_count, hidden.invalid_count, hidden.left_out) == (
        5,
        1,
        1,
        ("patient name",),
    )
    assert stat.S_IMODE(hidden.path.stat().st_mode) == 0o600
    assert "999" not in str([row[stamp] for row in written])


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(GOOD).with_columns(pl.col("age").cast(pl.Int64), pl.col("attendance_date").str.to_date())
    frame.write_parquet(tmp_path / "outpatients.parquet")
    hidden = pseudonymise_file(tmp_path / "outpatients.parquet", tmp_path / "sent.parquet", key=KEY)
    written = pl.read_parquet(hidden.path)
    assert written.schema["age"] == pl.Int64
    assert written.schema["attendance_date"] == pl.Date
    assert written["attendance_number"].to_list() == frame["attendance_number"].to_list()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (changed(attendance_number="9990000018"), "outside the column"),
        (changed(age="9990000018"), "outside the column"),
        (changed(attendance_date="999 000 0018"), "outside the column"),
        ([row | {"patient name": "9990000018"} for row in GOOD], "outside the column"),
        ([{name: text for name, text in row.items() if name != "age"} for row in GOOD], "A column is missing"),
    ],
)  # fmt: skip
def test_nothing_is_written_of_a_refused_file(rows: list[dict[str, str]], says: str, tmp_path: Path) -> None:
    if says.startswith("outside") and rows[0]["attendance_number"] == "9990000018":
        rows = [row | {"attendance_number": "9990000018"} for row in rows]
    path = write(tmp_path / "outpatients.csv", rows)
    with pytest.raises(RefusedInput, match=says) as refused:
        pseudonymise_file(path, tmp_path / "sent.csv", key=KEY)
    assert "999" not in str(refused.value)
    assert [each.name for each in tmp_path.iterdir()] == ["outpatients.csv"]


def test_what_cannot_be_pseudonymised_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "outpatients.csv")
    with pytest.raises(RefusedInput, match="write over what was delivered"):
        pseudonymise_file(path, path, key=KEY)
    with pytest.raises(RefusedInput, match="too weak"):
        pseudonymise_file(path, tmp_path / "sent.csv", key=b"short")
    sent = pseudonymise_file(path, tmp_path / "sent.csv", key=KEY).path
    with pytest.raises(RefusedInput, match="pseudonymised already"):
        pseudonymise_file(sent, tmp_path / "again.csv", key=KEY)
    prescribing = write(
        tmp_path / "prescribing.csv",
        [{"PRACTICE": "Z90001", "BNF CODE": "0101", "ITEMS": "1", "NIC": "1", "ACT COST": "1", "QUANTITY": "1", "PERIOD": "200909"}],
    )  # fmt: skip
    with pytest.raises(RefusedInput, match="names no person"):
        pseudonymise_file(prescribing, tmp_path / "p.csv", key=KEY)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    (tmp_path / "a" / "world.json").write_text(
        '{"is_made_up": true, "regime": "england-2005", "commissioner_code": "ZP1", "years": ["2009-10"]}'
    )
    (tmp_path / "b" / "kept.txt").write_text("ours")
    with pytest.raises(RefusedInput, match="holds files already"):
        pseudonymise_folder(tmp_path / "a", tmp_path / "b", key=KEY)
    with pytest.raises(RefusedInput, match="write over what was delivered"):
        pseudonymise_folder(tmp_path / "a", tmp_path / "a" / "in", key=KEY)


def test_a_strangers_file_names_its_column(tmp_path: Path) -> None:
    rows = [{"Unit": "ZH1", "Patient No": row["nhs_number"], "Seen": ' a "quoted", day'} for row in GOOD]
    path = write(tmp_path / "theirs.csv", rows)
    hidden = pseudonymise_file(path, tmp_path / "sent.csv", key=KEY, number_column="patient no")
    assert list(rows_of(hidden.path)[0]) == ["Unit", f"person_id {key_fingerprint(KEY)}", "Seen"]
    assert {row["Seen"] for row in rows_of(hidden.path)} == {' a "quoted", day'}
    assert (hidden.layout, hidden.rows_count, hidden.left_out) == ("", 5, ())
    with pytest.raises(RefusedInput, match="No known layout"):
        pseudonymise_file(path, tmp_path / "sent2.csv", key=KEY, number_column="NHS No")


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    return pseudonymise_file(write(tmp_path / "outpatients.csv"), tmp_path / "sent.csv", key=KEY).path


def read(*paths: Path, key: bytes | None = None) -> Any:
    with DuckDBEngine() as engine:
        found = read_outpatients(engine, paths, key=key, delivery="2009-09")
        return found.key_fingerprint, found.counts, found.rows.frame().sort("attendance_number")


def test_a_stamped_file_is_read_without_a_key(sent: Path, tmp_path: Path) -> None:
    raw = read(tmp_path / "outpatients.csv", key=KEY)
    for key in (None, KEY):
        fingerprint, counts, rows = read(sent, key=key)
        assert (fingerprint, counts) == raw[:2]
        assert rows.equals(raw[2])
    with pytest.raises(RefusedInput, match="not the key earlier"):
        read(sent, key=OTHER)
    with pytest.raises(RefusedInput, match="without a key"):
        read(tmp_path / "outpatients.csv")
    with pytest.raises(RefusedInput, match="do not hide their people by one key"):
        read(sent, tmp_path / "outpatients.csv", key=KEY)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("invalid", "9990000018", "what is no pseudonym"),
        ("invalid", "aaaa", "what is no pseudonym"),
        ("invalid", "=cmd", "what is no pseudonym"),
        (",40,", ",9990000018,", "outside the column"),
        ("2009-09-02", "999-000-0018", "outside the column"),
        ("practice_code", "nhs_number", "a column of NHS numbers as well"),
        ("practice_code", f"person_id {'0' * 16}", "Two columns"),
        ("practice_code", "9990000018", "A column is missing"),
    ],
)  # fmt: skip
def test_a_stamped_file_holds_pseudonyms_alone(old: str, new: str, says: str, sent: Path) -> None:
    sent.write_text(sent.read_text().replace(old, new, 1))
    with pytest.raises(RefusedInput, match=says) as refused:
        read(sent)
    assert "9990000018" not in str(refused.value)


def test_where_files_are_uploaded_only_pseudonymised_ones_are_taken(sent: Path, tmp_path: Path) -> None:
    with DuckDBEngine() as engine:
        with pytest.raises(RefusedInput, match="pbc pseudonymise"):
            check_file(tmp_path / "outpatients.csv", engine=engine, takes_nhs_numbers=False)
        checked = check_file(sent, engine=engine, takes_nhs_numbers=False)
    assert checked.counts["accepted"] == 5
