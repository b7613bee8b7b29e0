"""How a contender is asked and answers: nothing of the work itself, which each does on its own."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass
class Asked:
    """The data folder, what it says is given, a scratch folder of the contender's own, and which work is wanted."""

    data: Path
    scratch: Path
    work: str
    facts: list[Path]
    given: dict[str, Any]
    memory_gb: float | None
    options: dict[str, str]
    _began: float = field(default_factory=time.perf_counter)
    _stages: dict[str, float] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether the register as delivered after the year is in force (`register=late`)."""
        return self.options.get("register") == "late"

    @property
    def first_register(self) -> Path:
        """The registrations as delivered with the year."""
        return self.data / "register" / "registrations.parquet"

    @property
    def register(self) -> Path:
        """The registrations in force."""
        return self.data / "late" / "register" / "registrations.parquet" if self.is_late else self.first_register

    def deliveries(self, name: str) -> list[str]:
        """This returns the files of one kind, oldest month first."""
        return [str(path) for path in sorted((self.data / "activity").glob(f"*/{name}.parquet"))]

    def stage(self, name: str) -> None:
        """This notes that a stage has ended."""
        now = time.perf_counter()
        self._stages[name] = round(now - self._began, 3)
        self._began = now

    def answer(self, found: Mapping[str, Any]) -> None:
        """This tells the bench what was found, integers only, sorted by name."""
        plain = {name: int(value) for name, value in sorted(found.items())}
        print("PROCESSES " + json.dumps(own_account()))
        print("STAGES " + json.dumps(self._stages))
        print("ANSWER " + json.dumps(plain))


def own_account() -> dict[str, float]:
    """This returns the most this process and those it started held, and the CPU seconds of those it started.

    Nobody waits for a process that is not ours to end, as Spark's Java is not, so that the bench would not be told of it.
    """
    started = psutil.Process().children(recursive=True)
    times = [each.cpu_times() for each in started]
    return {
        "peak_kilobytes": sum(peak_kilobytes(each.pid) for each in (psutil.Process(), *started)),
        "cpu_seconds_of_started": sum(each.user + each.system for each in times),
    }


def peak_kilobytes(pid: int) -> int:
    """This returns the most a process held at once, as the system counts it since it began; 0 if unknown."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def facts_in_force(sets: Path) -> list[Path]:
    """This returns the files of activity facts of a store: of each month the set in force, for those it replaced are kept.

    The store's own reader would load what a contender does not use, and that would be measured as its own.
    """
    in_force = [each.with_name(each.read_text().strip()) for each in sorted(sets.glob("activity/*/current"))]
    return [path for each in in_force for path in sorted(each.glob("activity_facts/*.parquet"))]


def asked() -> Asked:
    """This returns what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", choices=("raw", "facts", "statement", "month", "late", "before"), required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--memory-gb", type=float)
    parser.add_argument("--option", action="append", default=[], help="name=value, for one contender")
    given = parser.parse_args()
    options = dict(pair.split("=", 1) for pair in given.option)
    told = json.loads((given.data / "work.json").read_text())
    told["stated_month"] = int(options.get("stated_month", told["stated_month"]))
    facts = facts_in_force(given.facts) if given.facts else []
    return Asked(given.data, given.scratch, given.work, facts, told, given.memory_gb, options)
