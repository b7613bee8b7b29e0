"""A folder's name never becomes a column, and no connection fetches an extension."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pbc.engines import open_engine
from pbc.engines.connection import connect, fetch_frame
from pbc.engines.duckdb_engine import DuckDBEngine
from pbc.errors import Fault, RefusedInput
from pbc.sources.delimited import read_frame, recognise, refusing_bad_rows
from pbc.sources.deliveries.bundle import bundled
from pbc.sources.layout import Layout, LayoutColumn

COLUMNS = (("practice_code", "VARCHAR"), ("month", "INTEGER"))
LAYOUT = Layout(
    "lists", "List sizes", (LayoutColumn("practice_code", ("practice_code",)), LayoutColumn("month", ("month",)))
)
ROWS = pl.DataFrame({"practice_code": ["Z90001"], "month": [200909]})
TEXT = b"practice_code,month\nZ90001,200909\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "practice_code=Z99999" / "month=190001"
    made.mkdir(parents=True)
    return made


def parquet(folder: Path, name: str) -> Path:
    ROWS.write_parquet(folder / name)
    return folder / name


def test_scan_reads_columns_from_files_not_from_folder_names(folder: Path) -> None:
    with open_engine() as engine:
        assert engine.scan([parquet(folder, "a.parquet")], COLUMNS).frame().rows() == [("Z90001", 200909)]


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.csv.gz"])
def test_delivered_file_is_read_from_itself_not_from_folder_names(folder: Path, name: str) -> None:
    path = folder / name
    if name.endswith("parquet"):
        parquet(folder, name)
    else:
        path.write_bytes(gzip.compress(TEXT) if name.endswith("gz") else TEXT)
    assert read_frame(path, [LAYOUT]).row(0) == (2, "Z90001", "200909")


def test_files_scanned_as_one_are_read_from_themselves(folder: Path) -> None:
    [both] = bundled([recognise(parquet(folder, name), [LAYOUT]) for name in ("a.parquet", "b.parquet")])
    with connect() as connection:
        found = connection.sql(f"SELECT practice_code, month FROM {both.table}").fetchall()
    assert found == [("Z90001", 200909)] * 2


@pytest.mark.parametrize("setting", ["autoinstall_known_extensions", "autoload_known_extensions"])
def test_connections_neither_install_nor_load_extensions(setting: str) -> None:
    with DuckDBEngine() as engine, connect() as plain:
        for connection in (engine.connection, plain):
            assert connection.execute("SELECT current_setting($name)", {"name": setting}).fetchone() == (False,)


def test_connection_of_a_reader_writes_nothing_where_the_program_stands_when_memory_runs_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read may hold NHS numbers: only an engine spills, to its own folder; a reader stops and says why."""
    path = tmp_path / "lists.csv"
    path.write_bytes(TEXT)
    recognised = recognise(path, [LAYOUT])
    monkeypatch.chdir(tmp_path)
    many = "CREATE TEMP TABLE many AS SELECT range, hash(range) AS mixed FROM range(5000000)"
    with connect() as connection:
        connection.execute("SET memory_limit = '30MB'")
        with pytest.raises(Fault, match="Memory ran short") as told, refusing_bad_rows(recognised):
            connection.execute(many)
    assert told.value.where == "lists.csv"
    assert not isinstance(told.value, RefusedInput)
    assert list(tmp_path.iterdir()) == [path]


def test_every_connection_is_made_in_one_place() -> None:
    source = Path(__file__).parents[2] / "src"
    makers = [path.name for path in source.rglob("*.py") if "duckdb.connect(" in path.read_text(encoding="utf-8")]
    assert makers == ["connection.py"]


def test_fault_among_later_rows_is_told_in_the_words_of_the_engine_and_leaves_the_connection_fit_for_use() -> None:
    late = "SELECT CAST(found AS INTEGER) FROM (SELECT if(range > 1000000, 'many', '1') AS found FROM range(2000000))"
    with connect() as connection:
        with pytest.raises(duckdb.Error, match="many"):
            fetch_frame(connection, late)
        assert fetch_frame(connection, "SELECT 'Z90001' AS practice_code").rows() == [("Z90001",)]
