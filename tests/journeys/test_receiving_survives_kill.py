"""A process that receives a delivery is killed at any point: what was published stands whole, and a rerun finishes."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from pbc.results import Store
from pbc.sources.synthetic import generate

CHILD = Path(__file__).with_name("receiving_child.py")
SETS = ("register", "tariff/2009-10", "activity/2009-05", "cells/2009-05", "prescribing/2009-05")
STEPS = 10  # what the child tells before it has finished


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made-up") / "deliveries"
    generate(made, seed=3, people=1000, practices=3, clusters=1, hospitals=3, years=("2009-10",))
    return made


def changed(folder: Path, to: Path) -> Path:
    """The same extract with one practice emptied into another: every set but the tariff must change."""
    shutil.copytree(folder, to)
    for path in [to / "register" / "registrations.parquet", to / "activity" / "2009-05" / "outpatients.parquet"]:
        pl.read_parquet(path).with_columns(pl.col("practice_code").replace("Z90001", "Z90002")).write_parquet(path)
    return to


def start(store: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(CHILD), str(store), str(folder)], stdout=subprocess.PIPE, text=True)


def run_whole(store: Path, folder: Path) -> dict[str, str]:
    told = start(store, folder).communicate(timeout=300)[0].splitlines()
    assert told[-1].endswith("Finished")
    assert len(told) == STEPS + 1
    return in_force(store)


def in_force(path: Path) -> dict[str, str]:
    return {name: found.set_id for name in SETS if (found := Store(path).find(name))}


def kill_after(store: Path, folder: Path, *, steps: int, seconds: float) -> None:
    child = start(store, folder)
    assert child.stdout is not None
    for _ in range(steps):
        child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    child.wait(timeout=60)
    child.stdout.close()


def test_killed_anywhere_the_last_set_stands_and_a_rerun_completes(folder: Path, tmp_path: Path) -> None:
    """At every step of receiving a changed extract over an older one, with a little luck in the moment."""
    other = changed(folder, tmp_path / "changed")
    whole = tmp_path / "whole"
    before = run_whole(whole, folder)
    after = run_whole(whole, other)
    assert {name for name in SETS if before[name] == after[name]} == {"tariff/2009-10", "prescribing/2009-05"}
    luck = random.Random(5)
    for steps in range(1, STEPS + 1):
        store = tmp_path / f"killed-{steps}"
        shutil.copytree(whole, store)
        for name, set_id in before.items():
            (store / "sets" / name / "current").write_text(set_id, encoding="utf-8")
            if after[name] != set_id:
                shutil.rmtree(store / "sets" / name / after[name])
        kill_after(store, other, steps=steps, seconds=luck.choice([0, 0.02, 0.1, 0.3]))
        for name, set_id in in_force(store).items():
            assert set_id in (before[name], after[name])
            Store(store).current(name).verify()
    assert run_whole(store, other) == after
    assert not list((store / "sets").rglob(".unfinished-*"))
