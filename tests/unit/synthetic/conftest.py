"""One made-up place for every test here: 24,000 people, 14 practices, two years, with and without planted truths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pbc.sources.synthetic import generate


class Deliveries:
    """A deliveries folder with what the tests ask of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = json.loads((folder / "world.json").read_text(encoding="utf-8"))
        self.truths = json.loads((folder / "truths.json").read_text(encoding="utf-8"))
        self._connection = duckdb.connect()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of SQL in which {apc}, {op}, {ae}, {referrals} and {registrations} stand for the delivered files."""
        names = {"apc": "admitted_care", "op": "outpatients", "ae": "accident_and_emergency", "referrals": "referrals"}
        files = {
            short: f"read_parquet('{self.folder}/activity/*/{name}.parquet', filename = true)"
            for short, name in names.items()
        }
        registrations = f"read_parquet('{self.folder}/register/registrations.parquet')"
        return self._connection.execute(sql.format(**files, registrations=registrations)).fetchall()

    def value(self, sql: str) -> Any:
        """The only value of SQL."""
        return self.rows(sql)[0][0]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    folder = tmp_path_factory.mktemp("made-up") / "planted"
    generate(folder, seed=3, people=24_000, practices=14, clusters=3, years=("2008-09", "2009-10"))
    return Deliveries(folder)


@pytest.fixture(scope="session")
def unplanted(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    folder = tmp_path_factory.mktemp("made-up") / "unplanted"
    generate(folder, seed=20, people=90_000, practices=20, clusters=4, years=("2009-10",), plant=False)
    return Deliveries(folder)
