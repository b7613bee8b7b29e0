"""A journey run in a process of its own, whole or killed on the way, and what the store then points at."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pbc.results import Store

CHILD = Path(__file__).with_name("journey_child.py")


@dataclass(frozen=True)
class KilledJourney:
    """A journey by its name in `journey_child`, the sets it publishes, and how many steps it tells before it has finished."""

    name: str
    sets: tuple[str, ...]
    steps: int

    def _start(self, store: Path, given: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(CHILD), self.name, str(store), str(given)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def run_whole(self, store: Path, given: object) -> dict[str, str]:
        """Finish, and return what is then in force."""
        told = self._start(store, given).communicate(timeout=300)[0].splitlines()
        assert told[-1].endswith("Finished")
        assert len(told) == self.steps + 1
        return self.in_force(store)

    def in_force(self, store: Path) -> dict[str, str]:
        """The id in force of each set that there is."""
        return {name: found.set_id for name in self.sets if (found := Store(store).find(name))}

    def _kill_after(self, store: Path, given: object, *, steps: int, seconds: float) -> None:
        with self._start(store, given) as child:
            assert child.stdout is not None
            for _ in range(steps):
                child.stdout.readline()
            time.sleep(seconds)
            child.kill()

    def require_whole_sets_wherever_killed(
        self, whole: Path, given: object, *, before: dict[str, str], after: dict[str, str], steps: Sequence[int],
        seconds: Sequence[float], seed: int,
    ) -> None:  # fmt: skip
        """Kill it after each of these steps, with a little luck in the moment, in copies of a store that holds both answers
        but points at the former: each set is the former or the new one, whole; then a rerun finishes."""
        luck = random.Random(seed)
        for told in steps:
            store = whole.with_name(f"killed-{told}")
            shutil.copytree(whole, store)
            for name, set_id in before.items():
                (store / "sets" / name / "current").write_text(set_id, encoding="utf-8")
                if after[name] != set_id:
                    shutil.rmtree(store / "sets" / name / after[name])
            self._kill_after(store, given, steps=told, seconds=luck.choice(seconds))
            for name, set_id in self.in_force(store).items():
                assert set_id in (before[name], after[name])
                Store(store).current(name).verify()
            assert set(self.in_force(store)) == set(self.sets)
        assert self.run_whole(store, given) == after
        assert not list((store / "sets").rglob(".unfinished-*"))
