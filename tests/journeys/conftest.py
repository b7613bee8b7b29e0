"""A small made-up PCT delivered once for all journeys of a worker; each test changes a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.small_pct import LAST, YEAR, deliver, facts, need, prescribe, prices, publish, register

from pbc.engines import Engine, open_engine
from pbc.results import Store


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="session")
def whole_store(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Store:
    """Two years delivered but for the last nine months of the second."""
    made = Store(tmp_path_factory.mktemp("whole"))
    version = register(made).set_id
    for year, growth in ((LAST, 100), (YEAR, 104)):
        publish(made, f"tariff/{year.slug}", prices(year, growth))
        publish(made, f"need/{year.slug}", need(year))
    for month in [*LAST.months(), *list(YEAR.months())[:3]]:
        deliver(made, month, engine, facts(month, seed=month.number), version)
        prescribe(made, month)
    return made


@pytest.fixture
def store(whole_store: Store, tmp_path: Path) -> Store:
    """A copy that a test may change."""
    shutil.copytree(whole_store.path, tmp_path, dirs_exist_ok=True)
    return Store(tmp_path)
