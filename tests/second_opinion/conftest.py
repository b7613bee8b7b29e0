"""One Spark session for every test that wants a second engine: starting it costs more than most of what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pbc.engines import Engine, open_engine


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    pytest.importorskip("pyspark", reason="the spark extra is not installed")
    with open_engine("spark") as opened:
        yield opened
