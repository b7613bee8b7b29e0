"""How a contender is asked and answers: nothing of the work itself, which each does on its own."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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
        print("MEMORY " + json.dumps({"peak_kilobytes": peak_kilobytes()}))
        print("STAGES " + json.dumps(self._stages))
        print("ANSWER " + json.dumps(plain))


def peak_kilobytes() -> int:
    """This returns the most this process held at once, as the system counts it since the program began; 0 if unknown."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def asked() -> Asked:
    """This returns what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", choices=("raw", "facts", "statement", "month"), required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--facts", type=Path)
    parser.add_argument("--memory-gb", type=float)
    parser.add_argument("--option", action="append", default=[], help="name=value, for one contender")
    given = parser.parse_args()
    options = dict(pair.split("=", 1) for pair in given.option)
    told = json.loads((given.data / "work.json").read_text())
    told["stated_month"] = int(options.get("stated_month", told["stated_month"]))
    facts = sorted(given.facts.glob("activity/*/*/activity_facts/*.parquet")) if given.facts else []
    return Asked(given.data, given.scratch, given.work, facts, told, given.memory_gb, options)
