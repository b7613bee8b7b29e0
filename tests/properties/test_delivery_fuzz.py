"""Whatever bytes arrive, a reader accepts, refuses rows, or refuses the file in words; it never fails any other way."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.deliveries.conftest import KEY, NUMBERS, as_csv, good_rows

from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import RefusedInput
from pbc.flows.check_file import check_file
from pbc.sources.deliveries import read_admitted_care

BOUNDED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
ROWS = good_rows("admitted_care")
TEXT = as_csv(ROWS)


def parquet() -> bytes:
    held = io.BytesIO()
    pl.DataFrame(ROWS).write_parquet(held)
    return held.getvalue()


WHOLE_FILES = [TEXT, gzip.compress(TEXT, mtime=0), parquet()]


def is_answered(content: bytes) -> bool:
    """Whether it is read with every row accounted for, or refused in words; either way without telling an NHS number."""
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        path = Path(folder) / "fuzz.csv"
        path.write_bytes(content)
        read, refused = None, None
        try:
            read = read_admitted_care(engine, [path], key=KEY, delivery="2009-09")
        except RefusedInput as told:
            refused = told
        told_of = str(refused) if read is None else str(read.rejected.rows())
        is_whole = read is None or (
            read.rows.frame().height == read.counts["accepted"] == read.counts["delivered"] - read.counts["refused"]
        )
        return is_whole and bool(told_of.strip()) and not any(number in told_of for number in NUMBERS)


@BOUNDED
@given(st.binary(max_size=400))
@example(b"\x1f\x8b")
@example(b"PAR1PAR1PAR1")
@example(b"\xef\xbb\xbf")
@example(b"\n")
@example(b'"')
def test_random_bytes_are_refused_in_words(content: bytes) -> None:
    assert is_answered(content)


@BOUNDED
@given(st.sampled_from(WHOLE_FILES), st.data())
def test_files_with_bytes_changed_lost_or_doubled_never_crash_a_reader(whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        kind = data.draw(st.sampled_from(["change", "cut", "double", "lose"]))
        if kind == "change":
            changed[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del changed[max(at, 1) :]
        elif kind == "double":
            changed[at:at] = changed[at : at + 40]
        else:
            del changed[at : at + 10]
        if not changed:
            return
    assert is_answered(bytes(changed))


CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", " ", "NULL", "nan", "inf", "-0", "1e999", "９", "2009-02-30", "9999-12-31", "0001-01-01", "£1", "=A1",
                     "'; DROP TABLE staged; --", "$inner", "%s", "\\N", "\u202e", "\x1b[31m", "٢٠٠٩", *NUMBERS[:2]]),
)  # fmt: skip


@BOUNDED
@given(st.lists(st.tuples(st.sampled_from(list(ROWS[0])), CELLS), min_size=1, max_size=4))
def test_cells_of_any_text_refuse_their_row_or_stand(changes: list[tuple[str, str]]) -> None:
    rows = [dict(row) for row in ROWS]
    for at, (column, cell) in enumerate(changes):
        rows[at % len(rows)][column] = '"' + cell.replace('"', '""') + '"'
    assert is_answered(as_csv(rows).decode(errors="replace").encode("utf-8", errors="surrogatepass"))


@BOUNDED
@given(st.lists(st.sampled_from([*ROWS[0], "other", "", "NHS_NUMBER", "nhs_number "]), min_size=1, max_size=22))
def test_headings_in_any_order_and_number_never_crash_a_reader(headings: list[str]) -> None:
    assert is_answered((",".join(headings) + "\n" + ",".join("1" for _ in headings) + "\n").encode())


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE_FILES), st.integers(0, 10_000), st.integers(0, 255))
def test_checking_a_damaged_file_never_crashes(whole: bytes, at: int, value: int) -> None:
    changed = bytearray(whole)
    changed[at % len(changed)] = value
    with tempfile.TemporaryDirectory() as folder, DuckDBEngine() as engine:
        path = Path(folder) / "fuzz.csv"
        path.write_bytes(bytes(changed))
        with suppress(RefusedInput):
            check_file(path, engine=engine)


def one_huge_field(at: Path) -> None:
    at.write_bytes(TEXT.replace(b"ZZA01", b"x" * 10_000_000, 1))


def one_huge_field_zipped(at: Path) -> None:
    at.write_bytes(gzip.compress(TEXT.replace(b"ZZA01", b"x" * 200_000_000, 1), compresslevel=1))


@pytest.mark.parametrize("make", [one_huge_field, one_huge_field_zipped])
def test_huge_field_is_refused_without_filling_the_memory(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    make(path)
    before = psutil.Process().memory_info().rss
    with DuckDBEngine() as engine, pytest.raises(RefusedInput, match="far too long"):
        read_admitted_care(engine, [path], key=KEY, delivery="2009-09")
    assert psutil.Process().memory_info().rss - before < 60_000_000
