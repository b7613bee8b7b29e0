"""Temporary folders of engines end with their process, however it ends: what was spilled may hold patients' records."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import pytest

from pbc.engines import open_engine
from pbc.engines.scratch import LOCK, Scratch

KINDS = ("spill", "spark", "accepted", "sheets")
HOLD = """
import sys
from pbc.engines import open_engine
from pbc.engines.scratch import Scratch
engine = open_engine()
held = [engine._spill, *map(Scratch, sys.argv[1:])]
for scratch in held:
    (scratch.path / "deep").mkdir()
    (scratch.path / "deep" / "spilled").write_text("9434765919")
    print(scratch.path)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files that this test has to itself."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def holding(room: Path) -> Iterator[tuple[subprocess.Popen[str], list[Path]]]:
    """A process that holds a folder of every kind, and the folders."""
    command = [sys.executable, "-c", HOLD, *KINDS]
    environment = os.environ | {"TMPDIR": str(room)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        told = list(takewhile(lambda line: line != "held\n", child.stdout))
        try:
            yield child, [Path(line.strip()) for line in told]
        finally:
            child.kill()


def test_killed_process_leaves_folders_that_the_next_engine_sweeps(room: Path) -> None:
    with holding(room) as (child, folders):
        child.kill()
        child.wait(timeout=60)
    assert len(folders) == 1 + len(KINDS)
    assert all((folder / "deep" / "spilled").exists() for folder in folders)
    with open_engine():
        assert not any(folder.exists() for folder in folders)
    assert list(room.iterdir()) == []


def test_folders_of_a_living_process_are_left_alone_and_it_clears_them_itself(room: Path) -> None:
    with holding(room) as (child, folders):
        with open_engine():
            assert all((folder / "deep" / "spilled").exists() for folder in folders)
        child.communicate(timeout=60)
    assert child.returncode == 0
    assert list(room.iterdir()) == []


def abandoned(room: Path, name: str) -> Path:
    """A folder that a killed process left."""
    (room / name).mkdir()
    (room / name / LOCK).touch()
    return room / name


def test_sweep_begun_by_a_process_that_was_killed_too_is_finished(room: Path) -> None:
    """The lock goes last, so a folder emptied by half is still known for what it is."""
    abandoned(room, "pbc-spill-half")
    Scratch("spark").close()
    assert list(room.iterdir()) == []


def test_sweep_that_is_cut_short_leaves_the_lock_to_the_next(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given the last of many folders cannot be removed, then whatever order they came in, the lock still stands."""
    left = abandoned(room, "pbc-spill-left")
    for at in range(30):
        (left / f"deep-{at}").mkdir()
    remove = shutil.rmtree

    def remove_but_the_last(path: Path, **more: bool) -> None:
        if len(list(left.glob("deep-*"))) == 1:
            raise PermissionError(path)
        remove(path, **more)

    monkeypatch.setattr(shutil, "rmtree", remove_but_the_last)
    Scratch("spill").close()
    assert len(list(left.glob("deep-*"))) == 1
    assert (left / LOCK).exists()
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    Scratch("spill").close()
    assert not left.exists()


def test_what_is_not_a_folder_of_ours_is_left_alone(room: Path) -> None:
    """A folder without our lock, one of another name, a file, and a link to somebody's folder."""
    (room / "pbc-spill-unlocked").mkdir()
    kept = [room / "pbc-spill-unlocked", abandoned(room, "pbc-store"), abandoned(room, "elsewhere")]
    (room / "pbc-spill-file").touch()
    (room / "pbc-spark-link").symlink_to(kept[-1])
    Scratch("spill").close()
    assert sorted(room.iterdir()) == sorted([*kept, room / "pbc-spill-file", room / "pbc-spark-link"])
    assert (kept[-1] / LOCK).exists()


def test_folder_of_another_user_is_left_alone(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = abandoned(room, "pbc-spill-theirs")
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    Scratch("spill").close()
    assert theirs.exists()


def test_scratch_is_its_owners_alone_and_links_in_it_are_not_followed(room: Path) -> None:
    (room / "precious").mkdir()
    (room / "precious" / "register").touch()
    scratch = Scratch("spill")
    (scratch.path / "link").symlink_to(room / "precious")
    assert scratch.path.stat().st_mode & 0o777 == 0o700
    scratch.close()
    scratch.close()
    assert not scratch.path.exists()
    assert (room / "precious" / "register").exists()
