"""What the second engine owes its caller whatever the step: the files' own columns, and neighbours left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pbc.engines import Engine, open_engine
from pbc.results import Receipt, Store
from pbc.tables import ALL

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


@pytest.mark.parametrize("name", ["n*h", "n?h", "n[o]h", "{n,s}h", "back\\\\slash", "100%25", "month=190001"])
def test_spark_reads_a_store_in_a_folder_that_reads_like_a_pattern(
    spark_engine: Engine, tmp_path: Path, name: str
) -> None:
    """Beside it stand stores that the pattern would match: their rows are never taken for its own."""
    factors = ALL["provider_factors"]
    row = {"provider_code": "ZH1", "financial_year": "2009-10", "source": "made up"}
    receipt = Receipt("receive_tariff", {})
    for at, place in enumerate(["noh", "nh", "sh", "backslash", "100%", name]):
        rows = factors.from_rows([row | {"market_forces_factor_millionths": at}])
        Store(tmp_path / place).publish("tariff/2009-10", {"provider_factors": rows}, receipt)
    store = Store(tmp_path / name)
    found = spark_engine.scan(store.current("tariff/2009-10").files("provider_factors"), factors.sql_columns)
    copied = store.publish("tariff/2010-11", {"provider_factors": found}, receipt)
    for frame in (found.frame(), copied.frame("provider_factors")):
        assert frame["market_forces_factor_millionths"].to_list() == [5]


SHARING = """
from pyspark import SparkContext
from pyspark.sql import SparkSession
import polars as pl
from pbc.engines import open_engine

columns = (("practice_code", "VARCHAR"),)
rows = pl.DataFrame({"practice_code": ["Z90001"]})

first, second = open_engine("spark"), open_engine("spark")
mine = second.adopt(rows, columns)
first.close()
print("after the first closed:", mine.frame().rows(), second.adopt(rows, columns).frame().rows())
second.close()
print("after the last closed:", SparkContext._active_spark_context)
with open_engine("spark") as third:
    print("opened anew:", third.adopt(rows, columns).frame().rows())
    SparkContext._active_spark_context.stop()
print("stopped by another:", SparkContext._active_spark_context)
host = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
with open_engine("spark") as guest:
    print("as a guest:", guest.adopt(rows, columns).frame().rows())
print("host still runs:", host.range(3).count())
host.stop()
"""


def test_spark_we_started_stops_with_the_last_engine_and_that_of_another_never(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHARING], capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path)},
        check=False, timeout=300,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "after the first closed: [('Z90001',)] [('Z90001',)]",
        "after the last closed: None",
        "opened anew: [('Z90001',)]",
        "stopped by another: None",
        "as a guest: [('Z90001',)]",
        "host still runs: 3",
    ], done.stderr[-2000:]
    assert [path.name for path in tmp_path.glob("pbc-*")] == []
