"""What a store holds is its owner's alone, whatever the umask of whoever runs it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.results import Receipt, Store
from pbc.tables import ALL

PRACTICES = ALL["practices"].from_rows(
    [{"practice_code": "Z90001", "practice_name": "Made-up Surgery", "status_code": "A",
      "prescribing_setting_code": "4", "commissioner_code": "ZP1"}]
)  # fmt: skip


@pytest.fixture(params=[0o000, 0o022, 0o077])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    before = os.umask(request.param)
    yield Store(tmp_path / "store")
    os.umask(before)


def modes(folder: Path) -> dict[str, set[int]]:
    """The permissions of what is there, folders and files apart."""
    there = [folder, *folder.rglob("*")]
    return {
        "folders": {stat.S_IMODE(path.stat().st_mode) for path in there if path.is_dir()},
        "files": {stat.S_IMODE(path.stat().st_mode) for path in there if path.is_file()},
    }


def test_published_folders_and_files_are_closed_to_others(store: Store) -> None:
    with open_engine() as engine:
        rows = engine.adopt(PRACTICES, ALL["practices"].sql_columns)
        published = store.publish("register", {"practices": rows}, Receipt("receive_register", {"a.csv": "1"}))
    store.publish("statement/2009-09", {"practices": PRACTICES}, Receipt("state_month", {"register": published.set_id}))
    assert modes(store.path) == {"folders": {0o700}, "files": {0o600}}


def test_store_others_could_read_is_closed_at_the_next_publication(tmp_path: Path) -> None:
    (tmp_path / "store" / "sets" / "register").mkdir(parents=True, mode=0o755)
    Store(tmp_path / "store").publish("register", {"practices": PRACTICES}, Receipt("receive_register", {"a.csv": "1"}))
    assert modes(tmp_path / "store" / "sets") == {"folders": {0o700}, "files": {0o600}}
