"""The demonstration takes away only a world it made itself: anything of anybody else's is left, and named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbc.errors import RefusedInput
from pbc.flows.journey import Journey
from pbc.results import Receipt, Store
from pbc.tables import PRACTICES
from pbc_cli.demo import made_up_world
from pbc_cli.demo_folder import MARK, clear_own_world
from pbc_cli.main import pbc_command


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def make(folder: Path, *, people: int = 600) -> Path:
    return made_up_world(folder, regime="england-2005", people=people, way=Journey())


def test_demo_makes_its_own_world_anew_for_another_size_and_keeps_the_same_one(tmp_path: Path) -> None:
    folder = make(tmp_path / "deliveries")
    before = contents(folder)
    assert contents(make(folder)) == before
    (folder / "world.json").unlink()  # stopped half way
    assert contents(make(folder, people=700)) != before
    assert json.loads((folder / "world.json").read_text())["people"] == 700


def no_mark(folder: Path) -> None:
    (folder / MARK).unlink()


def another_world(folder: Path) -> None:
    said = json.loads((folder / "world.json").read_text())
    (folder / "world.json").write_text(json.dumps(said | {"seed": 7}))


def not_made_up(folder: Path) -> None:
    said = json.loads((folder / "world.json").read_text())
    (folder / "world.json").write_text(json.dumps(said | {"is_made_up": False}))


def a_strangers_file(folder: Path) -> None:
    (folder / "register" / "notes.docx").write_bytes(b"mine")


def a_linked_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "activity" / "2011-04").symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize("change", [no_mark, another_world, not_made_up, a_strangers_file, a_linked_folder])
def test_demo_refuses_a_world_that_is_not_its_own_and_takes_nothing_away(tmp_path: Path, change: object) -> None:
    folder = make(tmp_path / "deliveries")
    assert callable(change)
    change(folder)
    before = contents(folder)
    with pytest.raises(RefusedInput, match=r"nothing in it is touched.*Name another --out"):
        make(folder, people=700)
    assert contents(folder) == before


def test_demo_leaves_a_deliveries_folder_of_somebody_else_even_before_the_sizes_are_asked(tmp_path: Path) -> None:
    mine = tmp_path / "out" / "deliveries" / "activity" / "2009-04" / "outpatients.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    for people in ("-5", "8000"):
        told = CliRunner().invoke(pbc_command, ["demo", "--people", people, "--out", str(tmp_path / "out")])
        assert isinstance(told.exception, RefusedInput)
    assert contents(tmp_path) == {"out/deliveries/activity/2009-04/outpatients.csv": b"mine"}


def test_demo_stays_out_of_a_store_that_holds_anything_not_made_up(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.publish("register", {"practices": PRACTICES.empty()}, Receipt(flow="receive_register", inputs={}))
    told = CliRunner().invoke(pbc_command, ["demo", "--out", str(tmp_path / "out"), "--store", str(store.path)])
    assert "not made up, so the demonstration stays out" in str(told.exception)
    assert not (tmp_path / "out").exists()


def test_nothing_is_taken_away_where_there_is_nothing(tmp_path: Path) -> None:
    clear_own_world(tmp_path / "none")
    assert not (tmp_path / "none").exists()
