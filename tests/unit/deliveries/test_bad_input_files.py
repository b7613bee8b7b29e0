"""A file that cannot be read as a whole is refused by name, with what was found, expected and to be done; none crashes."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.unit.deliveries.conftest import KEY, NUMBERS, as_csv, good_rows

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import RefusedInput
from pbc.sources import file_form
from pbc.sources.deliveries import read_admitted_care, read_table_file, read_whole_table
from pbc.sources.mistakes import file_mistakes
from pbc.sources.pseudonym import key_fingerprint, read_key, require_key, require_same_key
from pbc.tables import PROVIDER_FACTORS

GOOD = as_csv(good_rows("admitted_care"))
LINES = GOOD.decode().splitlines()


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("sheet.xml", "<x/>")
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    pl.DataFrame(good_rows("admitted_care")).write_parquet(held)
    return held.getvalue()


def lines(*changed: str) -> bytes:
    return "\n".join([*changed, ""]).encode()


BAD_FILES: dict[str, bytes] = {
    "empty_file": b"",
    "wrong_delimiter": GOOD.replace(b",", b";"),
    "wrong_encoding": lines(LINES[0], LINES[1], LINES[2].replace("J189", "J18é")).decode().encode("cp1252"),
    "wide_encoding": GOOD.decode().encode("utf-16"),
    "workbook": zipped(),
    "zero_bytes": GOOD.replace(b"J189", b"J\x0089", 1),
    "truncated_gzip": gzip.compress(GOOD * 50)[:-30],
    "truncated_parquet": parquet()[:-40],
    "broken_parquet": b"PAR1" + b"\x07" * 200 + b"PAR1",
    "missing_column": lines(*(line.rpartition(",")[0] for line in LINES)),
    "doubled_column": lines(*(f"{line},{line.split(',')[4]}" for line in LINES)),
    "unknown_layout": b"Colour,Size\nred,1\n",
    "mixed_line_ends": LINES[0].encode() + b"\r\n" + lines(*LINES[1:]),
    "blank_line": lines(LINES[0], LINES[1], "", *LINES[2:]),
    "ragged_row": lines(LINES[0], LINES[1].replace(",0", "", 1), *LINES[2:]),
    "open_quote": lines(*LINES[:-1], LINES[-1].replace("ZZA01", '"ZZA01')),
    "huge_field": lines(LINES[0], LINES[1].replace("ZZA01", "x" * 10_000_000), LINES[2]),
    "unstamped_pseudonyms": GOOD.replace(b"nhs_number", b"person_id", 1),
    "stray_nhs_numbers": lines(LINES[0], LINES[1].replace("J189", NUMBERS[7]), *LINES[2:]),
}
OTHERS = {
    "same_file_twice",
    "doubled_price",
    "small_table_row",
    "swollen_file",
    "open_key_file",
    "weak_key",
    "other_key",
}  # tested below, by name


def assert_told(refused: RefusedInput, name: str) -> None:
    """The refusal reads as the page of mistakes says."""
    mistake = file_mistakes()[name]
    assert refused.what.startswith(mistake.refusal), refused
    assert mistake.remedy.rstrip(".") in refused.remedy, refused
    assert not any(number in str(refused) for number in NUMBERS)


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_is_refused_as_the_page_says(name: str, engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    path = deliver(BAD_FILES[name])
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [path], key=KEY, delivery="2009-09")
    assert_told(refused.value, name)
    assert path.name in refused.value.where
    assert path.read_bytes() == BAD_FILES[name], "the file itself is left as it was"
    assert not engine.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall(), "nothing stays behind"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("wrong_encoding", "line 3"),
        ("blank_line", "line 3"),
        ("mixed_line_ends", "line 1"),
        ("ragged_row", "line 2"),
        ("huge_field", "line 2"),
        ("doubled_column", "column admission_date"),
        ("stray_nhs_numbers", "column primary_diagnosis"),
    ],
)
def test_refusal_names_the_place(name: str, place: str, engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [deliver(BAD_FILES[name])], key=KEY, delivery="2009-09")
    assert place in refused.value.where


def test_every_mistake_of_the_page_has_a_test() -> None:
    assert set(BAD_FILES) | OTHERS == set(file_mistakes())


def test_file_without_headings_is_refused_without_showing_its_first_row(
    engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [deliver(lines(*LINES[1:]))], key=KEY, delivery="2009-09")
    assert "looks like data" in refused.value.found
    assert NUMBERS[0] not in str(refused.value)


SECRETS = [
    "root:x:0:0:root:/root:/bin/bash",
    "c3dvcmRmaXNoIGh1bnRlcjIgYmF0dGVyeSBzdGFwbGU=",
    "swordfish",
    "Jane Smith",
    "api_key=1",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_file_of_another_kind_is_refused_without_showing_what_it_holds(
    secret: str, engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [deliver(f"{secret},HRG code\nx,y\n".encode())], key=KEY, delivery="2009-09")
    assert refused.value.found == "2 columns; like known headings: HRG code"


def test_pipe_is_refused_and_never_waited_for(tmp_path: Path, engine: DuckDBEngine) -> None:
    os.mkfifo(tmp_path / "delivered.csv")
    with pytest.raises(RefusedInput, match=r"not a plain file.*found a pipe"):
        read_admitted_care(engine, [tmp_path / "delivered.csv"], key=KEY, delivery="2009-09")


GLUED = [
    f"P{NUMBERS[7]}",
    f"GP{NUMBERS[7]}x",
    f"9990000019 {NUMBERS[7]}",
    f"x {NUMBERS[7][:3]}-{NUMBERS[7][3:6]}-{NUMBERS[7][6:]}.",
]


@pytest.mark.parametrize("cell", GLUED)
@pytest.mark.parametrize("column", ["practice_code", "primary_diagnosis", "notes"])
@pytest.mark.parametrize("is_parquet", [False, True])
def test_nhs_number_glued_to_other_signs_is_found(
    cell: str, column: str, is_parquet: bool, engine: DuckDBEngine, tmp_path: Path
) -> None:
    rows = [{**row, "notes": ""} for row in good_rows("admitted_care")]
    rows[1][column] = cell
    path = tmp_path / "delivered"
    pl.DataFrame(rows).write_parquet(path) if is_parquet else path.write_bytes(as_csv(rows))
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [path], key=KEY, delivery="2009-09")
    assert_told(refused.value, "stray_nhs_numbers")
    assert f"column {column}" in refused.value.where


@pytest.mark.parametrize(
    "cell", [f"P1{NUMBERS[7]}", f"{NUMBERS[7]}0", "P9990000019", "P1111111111", f"{NUMBERS[7][:6]}x{NUMBERS[7][6:]}"]
)
def test_longer_numbers_and_those_that_fail_the_check_stand(
    cell: str, engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    rows = [{**row, "notes": cell} for row in good_rows("admitted_care")]
    assert read_admitted_care(engine, [deliver(rows)], key=KEY, delivery="2009-09").counts["accepted"] == len(rows)


@pytest.mark.parametrize("heading", [NUMBERS[7], f"of {NUMBERS[7]}"])
def test_nhs_number_as_a_heading_is_refused_by_its_place(
    heading: str, engine: DuckDBEngine, deliver: Callable[..., Path]
) -> None:
    rows = [{**row, heading: "1"} for row in good_rows("admitted_care")]
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [deliver(rows)], key=KEY, delivery="2009-09")
    assert_told(refused.value, "stray_nhs_numbers")
    assert refused.value.where == f"delivered.csv, row 1, column {len(rows[0])}"


def test_same_file_twice_is_refused(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_admitted_care(engine, [deliver(GOOD, "a.csv"), deliver(GOOD, "b.csv")], key=KEY, delivery="2009-09")
    assert_told(refused.value, "same_file_twice")


def test_small_table_with_a_doubled_key_is_refused(deliver: Callable[..., Path]) -> None:
    names = PROVIDER_FACTORS.names
    row = {name: "1" for name in names} | {"financial_year": "2009-10", "provider_code": "ZH1"}
    with pytest.raises(RefusedInput) as refused:
        read_table_file(deliver([row, row]), PROVIDER_FACTORS, delivery="2009-10")
    assert_told(refused.value, "doubled_price")
    assert "rows 2 and 3" in refused.value.where


def test_bad_row_of_a_small_table_refuses_the_file(deliver: Callable[..., Path]) -> None:
    row = {
        "provider_code": "ZH1",
        "financial_year": "2009-10",
        "market_forces_factor_millionths": "x",
        "source": "made up",
    }
    with pytest.raises(RefusedInput) as refused:
        read_whole_table(deliver(as_csv([row])), PROVIDER_FACTORS, delivery="2009-10")
    assert_told(refused.value, "small_table_row")


def swollen_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(GOOD * 2_000))


def swollen_parquet(path: Path) -> None:
    pl.DataFrame({"x": ["far too much of the same " * 40_000] * 3}).write_parquet(path, use_pyarrow=True)


@pytest.mark.parametrize("write", [swollen_gzip, swollen_parquet])
@pytest.mark.parametrize(("limit", "value"), [("SWOLLEN", 20), ("LARGEST", 100_000)])
def test_file_that_opens_out_beyond_belief_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], None], limit: str, value: int
) -> None:
    write(tmp_path / "big")
    monkeypatch.setattr(file_form, "SWOLLEN_FROM", 50_000)
    monkeypatch.setattr(file_form, limit, value)
    with pytest.raises(RefusedInput) as refused:
        file_form.examine(tmp_path / "big")
    assert_told(refused.value, "swollen_file")


def test_file_packed_tightly_but_small_is_read(tmp_path: Path) -> None:
    swollen_gzip(tmp_path / "big")
    swollen_parquet(tmp_path / "also big")
    assert file_form.examine(tmp_path / "big").kind == "csv.gz"
    assert file_form.examine(tmp_path / "also big").kind == "parquet"


def test_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(KEY)
    path.chmod(0o640)
    with pytest.raises(RefusedInput) as refused:
        read_key(path)
    assert_told(refused.value, "open_key_file")
    path.chmod(0o600)
    assert read_key(path) == KEY.strip()


@pytest.mark.parametrize("key", [b"short", b"a" * 64, b"x" * 5000])
def test_weak_key_is_refused_without_being_shown(key: bytes) -> None:
    with pytest.raises(RefusedInput) as refused:
        require_key(key)
    assert_told(refused.value, "weak_key")
    assert key.decode() not in str(refused.value)


def test_other_key_than_before_is_refused() -> None:
    require_same_key(KEY, fingerprint=key_fingerprint(KEY))
    with pytest.raises(RefusedInput) as refused:
        require_same_key(KEY + b"x", fingerprint=key_fingerprint(KEY))
    assert_told(refused.value, "other_key")


def test_delivery_without_a_key_is_refused(engine: DuckDBEngine, deliver: Callable[..., Path]) -> None:
    with pytest.raises(RefusedInput, match="without a key"):
        read_admitted_care(engine, [deliver(GOOD)], key=None, delivery="2009-09")
