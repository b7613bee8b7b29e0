"""A contender as a child process: wall and CPU seconds and peak memory of the whole process, and what it answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.postgres_server import Server

ROOT = Path(__file__).resolve().parents[1]
Answer = dict[str, int]
NOT_TIMED = "not timed"


@dataclass(frozen=True)
class Contender:
    """A way to do a work: its name in the tables, its module, and what its command line is told besides."""

    name: str
    module: str
    work: str
    options: tuple[str, ...] = ()
    needs_server: bool = False


@dataclass
class Run:
    """One run of one contender. Memory is the peak resident set in megabytes; `problem` says why there is no answer."""

    contender: str
    round: int
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_megabytes: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    answer: Answer = field(default_factory=dict)
    problem: str = ""

    def plain(self) -> dict[str, Any]:
        """This returns it for the JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """Where a work is done: its data, facts published earlier if it starts from them, and the bounds of a run."""

    data: Path
    facts: Path | None = None
    timeout_seconds: float = 900.0
    memory_gb: float | None = None
    scratch: Path | None = None


def measure(contender: Contender, place: Place, *, number: int, server: Server | None = None) -> Run:
    """This returns one run in a scratch folder that is gone afterwards, unless `place.scratch` names one to be kept."""
    scratch = place.scratch or Path(tempfile.mkdtemp(prefix="pbc-bench-"))
    scratch.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", f"benchmarks.contenders.{contender.module}", "--work", contender.work]
    command += ["--data", str(place.data), "--scratch", str(scratch)]
    command += ["--facts", str(place.facts)] if place.facts else []
    command += ["--memory-gb", str(place.memory_gb)] if place.memory_gb else []
    options = [*contender.options, *([f"dsn={server.dsn}"] if contender.needs_server and server else [])]
    command += [part for option in options for part in ("--option", option)]
    try:
        return _run(contender, command, place, number, server if contender.needs_server else None)
    finally:
        if place.scratch is None:
            shutil.rmtree(scratch, ignore_errors=True)


def _run(contender: Contender, command: list[str], place: Place, number: int, server: Server | None) -> Run:
    run = Run(contender.name, number)
    watch = _Watch(server)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=ROOT, env=_as_installed())
        timer = threading.Timer(place.timeout_seconds, process.kill)
        timer.start()
        try:
            with watch:
                _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            timer.cancel()
            process.kill()
            process.wait()
            raise
        run.wall_seconds = time.perf_counter() - began
        timed_out = not timer.is_alive()
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        told, wrong = out.read(), errors.read().strip()
    # what wait4 tells begins with the memory of the bench itself at the fork: the child's own account is better
    own = _told(told, "PROCESSES")
    run.cpu_seconds = used.ru_utime + used.ru_stime + watch.cpu_seconds + own.get("cpu_seconds_of_started", 0.0)
    run.memory_megabytes = (own.get("peak_kilobytes") or used.ru_maxrss) * 1024 / 1e6 + watch.peak_bytes / 1e6
    run.stages, run.answer = _told(told, "STAGES"), _told(told, "ANSWER")
    run.wall_seconds -= sum(seconds for name, seconds in run.stages.items() if name.endswith(NOT_TIMED))
    if process.returncode != 0:
        last = wrong.splitlines()[-1:] or ["no message"]
        run.problem = f"stopped after {place.timeout_seconds:.0f} s" if timed_out else last[0][:300]
    return run


def _as_installed() -> dict[str, str]:
    """An installed package is compiled once and not at every start: a setting against keeping what was compiled is dropped."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _told(text: str, mark: str) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.startswith(f"{mark} ")]
    found: dict[str, Any] = json.loads(lines[-1].removeprefix(f"{mark} ")) if lines else {}
    return found


class _Watch:
    """What a database server used while its client ran: CPU by its own account, memory by looking ten times a second."""

    def __init__(self, server: Server | None) -> None:
        self._server, self._stop = server, threading.Event()
        self.cpu_seconds, self.peak_bytes = 0.0, 0
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        assert self._server is not None
        while not self._stop.wait(0.1):
            self.peak_bytes = max(self.peak_bytes, self._server.memory_bytes())

    def __enter__(self) -> _Watch:
        if self._server:
            self._before = self._server.cpu_seconds()
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._stop.set()
            self._thread.join()
            time.sleep(0.3)  # a backend is counted when the server has buried it
            self.cpu_seconds = self._server.cpu_seconds() - self._before
