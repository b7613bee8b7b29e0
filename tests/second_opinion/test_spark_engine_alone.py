"""What the second engine owes its caller whatever the step: the files' own columns."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pbc.engines import Engine

pytestmark = pytest.mark.spark
COLUMNS = (("practice_code", "VARCHAR"), ("month", "INTEGER"))


def test_spark_scan_reads_columns_from_files_not_from_folder_names(spark_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "practice_code=Z99999" / "month=190001"
    folder.mkdir(parents=True)
    files = [folder / "a.parquet", folder / "b.parquet"]
    for path in files:
        pl.DataFrame({"practice_code": ["Z90001"], "month": [200909]}).write_parquet(path)
    assert spark_engine.scan(files, COLUMNS).frame().rows() == [("Z90001", 200909)] * 2
