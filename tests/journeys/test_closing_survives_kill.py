"""A process that sets budgets, states a month and closes the year is killed: what was published stands whole, and a rerun
finishes."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.journeys.test_budget_and_statement_flows import LAST, YEAR, deliver, facts, need, prescribe, prices, publish
from tests.journeys.test_budget_and_statement_flows import register as publish_register

from pbc.engines import open_engine
from pbc.results import Store

CHILD = Path(__file__).with_name("closing_child.py")
SETS = ("budgets/2009-10", "statement/2010-03", "year-end/2009-10")
STEPS = 13  # what the child tells before it has finished
KILLED_AFTER = (2, 4, 5, 7, 9, 10, 11, 13)  # within each of the three, and as each is being published


def delivered(path: Path) -> Path:
    """Two years delivered whole."""
    store = Store(path)
    version = publish_register(store).set_id
    with open_engine() as engine:
        for year, growth in ((LAST, 100), (YEAR, 104)):
            publish(store, f"tariff/{year.slug}", prices(year, growth))
            publish(store, f"need/{year.slug}", need(year))
            for month in year.months():
                deliver(store, month, engine, facts(month, seed=month.number), version)
                prescribe(store, month)
    return path


def start(store: Path, basis: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(CHILD), str(store), basis], stdout=subprocess.PIPE, text=True)


def run_whole(store: Path, basis: str) -> dict[str, str]:
    told = start(store, basis).communicate(timeout=300)[0].splitlines()
    assert told[-1].endswith("Finished")
    assert len(told) == STEPS + 1
    return in_force(store)


def in_force(path: Path) -> dict[str, str]:
    return {name: found.set_id for name in SETS if (found := Store(path).find(name))}


def kill_after(store: Path, basis: str, *, steps: int, seconds: float) -> None:
    child = start(store, basis)
    assert child.stdout is not None
    for _ in range(steps):
        child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    child.wait(timeout=60)
    child.stdout.close()


def test_killed_while_closing_a_year_the_last_sets_stand_and_a_rerun_completes(tmp_path: Path) -> None:
    """Budgets are set anew on another basis, so all three sets change; killed at some point of each, with a little luck."""
    whole = delivered(tmp_path / "whole")
    before = run_whole(whole, "historic")
    after = run_whole(whole, "fair_shares")
    assert not set(before.values()) & set(after.values())
    luck = random.Random(7)
    for steps in KILLED_AFTER:
        store = tmp_path / f"killed-{steps}"
        shutil.copytree(whole, store)
        for name, set_id in before.items():
            (store / "sets" / name / "current").write_text(set_id, encoding="utf-8")
            shutil.rmtree(store / "sets" / name / after[name])
        kill_after(store, "fair_shares", steps=steps, seconds=luck.choice([0, 0.01, 0.05]))
        for name, set_id in in_force(store).items():
            assert set_id in (before[name], after[name])
            Store(store).current(name).verify()
        assert set(in_force(store)) == set(SETS)
    assert run_whole(store, "fair_shares") == after
    assert not list((store / "sets").rglob(".unfinished-*"))
