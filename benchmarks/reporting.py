"""What was measured, as JSON with every run and as Markdown with medians and ratios."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from benchmarks.measuring import Run

TITLES = {
    "before": "A year of prescribing delivered",
    "raw": "Raw deliveries to statement",
    "facts": "Statement from attributed facts (ours, full scope: from published cells)",
    "month": "The twelfth month delivered into a year of eleven, and stated",
    "late": "The register delivered again after the year: every month placed, costed and stated again",
}
OURS = ("ours, same scope", "ours, full scope")
LIBRARIES = ("pbc", "duckdb", "polars", "pyarrow", "pandas", "numpy", "psycopg", "pyspark")


@dataclass
class Work:
    """One work at one size, with every run of it. `compared` counts the figures found equal."""

    name: str
    rows_millions: float
    runs: list[Run] = field(default_factory=list)
    compared: int = 0

    def names(self) -> list[str]:
        """This returns who did it, in order of first appearance."""
        return list(dict.fromkeys(run.contender for run in self.runs))

    def done(self, name: str) -> list[Run]:
        """This returns the runs of one contender that ended with an answer, by round."""
        return [run for run in self.runs if run.contender == name and not run.problem]

    def ratio(self, name: str, measure: str, against: str) -> float | None:
        """This returns the median over rounds of a contender's measure over that of `against` in the same round."""
        theirs = {run.round: getattr(run, measure) for run in self.done(against)}
        ratios = [getattr(run, measure) / theirs[run.round] for run in self.done(name) if theirs.get(run.round)]
        return statistics.median(ratios) if ratios else None


def machine() -> dict[str, Any]:
    """This returns what a reader must know of the machine to judge the numbers."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else ""
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gigabytes": round(psutil.virtual_memory().total / 1e9, 1),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES if find_spec(name)},
    }


def write_report(out: Path, works: Sequence[Work], notes: Sequence[str], *, made_at: datetime, postgres: str) -> None:
    """This writes bench.json and bench.md."""
    about = machine() | {"postgresql": postgres or "not here", "made_at": made_at.isoformat(timespec="seconds")}
    plain = [
        {"work": work.name, "rows_millions": work.rows_millions, "figures_compared": work.compared,
         "runs": [run.plain() for run in work.runs]}
        for work in works
    ]  # fmt: skip
    (out / "bench.json").write_text(
        json.dumps({"machine": about, "works": plain, "notes": list(notes)}, indent=1) + "\n"
    )
    parts = [_head(about), *(_table(work) for work in works if work.runs), _notes(notes)]
    (out / "bench.md").write_text("\n\n".join(part for part in parts if part) + "\n")


def _head(about: dict[str, Any]) -> str:
    libraries = ", ".join(f"{name} {number}" for name, number in about["libraries"].items())
    load = ", ".join(str(value) for value in about["load_average"])
    return (
        f"# Bench of {about['made_at']}\n\n{about['processor']}, {about['cores']} cores, {about['memory_gigabytes']} GB; "
        f"{about['system']}; Python {about['python']}; {libraries}; PostgreSQL {about['postgresql']}. Load average at the "
        f"end (1, 5, 15 minutes): {load}.\n\nWhole processes, import included, warm file cache. Median (least to most) "
        "over rounds; ratios are medians of the ratios within each round, against ours of the same scope where it ran."
    )


def _table(work: Work) -> str:
    against = next((name for name in OURS if work.done(name)), "")
    lines = [
        f"## {TITLES[work.name]}: {work.rows_millions:g} million activity rows a year",
        "",
        "| contender | wall s | CPU s | peak MB | wall ratio | CPU ratio |",
        "|---|---|---|---|---|---|",
        *(_line(work, name, against) for name in work.names()),
        "",
        f"{work.compared} figures compared, all equal." if work.compared else "Nothing to compare in this table.",
    ]
    return "\n".join(lines)


def _line(work: Work, name: str, against: str) -> str:
    runs = work.done(name)
    if not runs:
        problem = next((run.problem for run in work.runs if run.contender == name), "did not run")
        return f"| {name} | {problem} | | | | |"
    wall, cpu = ([getattr(run, measure) for run in runs] for measure in ("wall_seconds", "cpu_seconds"))
    memory = max(run.memory_megabytes for run in runs)
    ratios = [work.ratio(name, measure, against) for measure in ("wall_seconds", "cpu_seconds")]
    shown = ["" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
    return f"| {name} | {_spread(wall)} | {_spread(cpu)} | {memory:,.0f} | {shown[0]} | {shown[1]} |"


def _spread(values: Sequence[float]) -> str:
    middle = f"{statistics.median(values):.2f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.2f} to {max(values):.2f})"


def _notes(notes: Sequence[str]) -> str:
    return "\n".join(["## Notes", "", *(f"- {note}" for note in notes)]) if notes else ""
