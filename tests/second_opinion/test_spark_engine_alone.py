"""What the second engine owes its caller whatever the step: the files' own columns, and neighbours left alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pbc.engines import Engine, open_engine

pytestmark = pytest.mark.spark
COLUMNS = (("practice_code", "VARCHAR"), ("month", "INTEGER"))


def test_spark_scan_reads_columns_from_files_not_from_folder_names(spark_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "practice_code=Z99999" / "month=190001"
    folder.mkdir(parents=True)
    files = [folder / "a.parquet", folder / "b.parquet"]
    for path in files:
        pl.DataFrame({"practice_code": ["Z90001"], "month": [200909]}).write_parquet(path)
    assert spark_engine.scan(files, COLUMNS).frame().rows() == [("Z90001", 200909)] * 2


def test_engines_side_by_side_keep_their_own_tables_and_closing_one_leaves_the_other(spark_engine: Engine) -> None:
    mine = spark_engine.adopt(pl.DataFrame({"practice_code": ["Z90001"], "month": [200909]}), COLUMNS)
    with open_engine("spark") as other:
        theirs = other.adopt(pl.DataFrame({"practice_code": ["Z90002"], "month": [200910]}), COLUMNS)
        assert theirs.name != mine.name
        assert theirs.frame().rows() == [("Z90002", 200910)]
        assert mine.frame().rows() == [("Z90001", 200909)]
    assert mine.frame().rows() == [("Z90001", 200909)]


def test_engine_leaves_the_settings_of_a_borrowed_session_as_they_were(spark_engine: Engine) -> None:
    host = spark_engine.session  # type: ignore[attr-defined]
    host.conf.set("spark.sql.shuffle.partitions", "7")
    try:
        with open_engine("spark"):
            assert host.conf.get("spark.sql.shuffle.partitions") == "7"
    finally:
        host.conf.set("spark.sql.shuffle.partitions", "4")
