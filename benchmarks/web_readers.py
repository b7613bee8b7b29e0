"""What 50 people wait who read statements at once, England's practices loaded, from the pages as served.

usage: python -m benchmarks.web_readers [--out bench-out] [--store STORE] [--folder FOLDER] [--copies 127] [--seconds 60]

STORE holds a statement of --month for one commissioner, as `make demo` leaves one (49 practices; made here where none is named).
It is multiplied into FOLDER, as `reading_statements.py` says, and every commissioner publishes it. `pbc serve` with two page servers answers.
Readers come in from this process over HTTP/1.1: home, the list, their practice's statement, a figure explained, the
statement again, and so on. Three ways: each looks at a page for 5 seconds before the next; all press at once and then look;
nobody looks at all, so that 50 requests always wait. It prints for each how long a page took, and what went wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
from benchmarks.reading_statements import make

from pbc.periods import Month
from pbc.results import Store

READERS, LOOKS = 50, 5.0
WARM = 40.0  # seconds: after them each server has read what each reader reads, as one that has run a while
STATEMENT = re.compile(r'href="(/statements/\d+/practice/\w+/)"')
FIGURE = re.compile(r'href="(/statements/\d+/practice/\w+/figure/\?id=[^"]+)"')


@dataclass
class Found:
    """What was measured: milliseconds by kind of page, and requests that failed."""

    waited: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def told(self) -> str:
        """This returns the shares of all pages and of statements, in a line."""
        every = [one for each in self.waited.values() for one in each]
        parts = [_shares(name, each) for name, each in (("all pages", every), *self.waited.items())]
        return "\n".join([*parts, f"  errors: {len(self.failed)} {self.failed[:3]}"])


def _shares(name: str, waited: list[float]) -> str:
    cut = quantiles(waited, n=100) if len(waited) > 1 else waited * 99
    return f"  {name:12} {len(waited):6} p50 {cut[49]:7.0f} ms  p95 {cut[94]:7.0f} ms  p99 {cut[98]:7.0f} ms"


class Reader(threading.Thread):
    """Somebody who reads, with one connection kept open as a browser keeps it."""

    def __init__(self, port: int, session: str, *, looks: float, starts_after: float, until: float) -> None:
        super().__init__()
        self.port, self.cookie, self.looks = port, f"session={session}", looks
        self.starts_after, self.until, self.found = starts_after, until, Found()

    def run(self) -> None:
        """Read until it is time."""
        time.sleep(self.starts_after)
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as line:
            while time.monotonic() < self.until:
                self._read(line, "home", "/")
                listed = self._read(line, "list", "/statements/")
                if not (statement := STATEMENT.search(listed)):
                    continue
                page = self._read(line, "statement", statement[1])
                if figure := FIGURE.search(page):
                    self._read(line, "figure", figure[1].replace("&amp;", "&"))
                self._read(line, "statement", statement[1])

    def _read(self, line: http.client.HTTPConnection, kind: str, path: str) -> str:
        begun, text = time.perf_counter(), ""
        try:
            answer = self._asked(line, path)
            text = answer.read().decode()
            if answer.status != 200:
                self.found.failed.append(f"{path} {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            self.found.failed.append(f"{path} {type(error).__name__}")
            line.close()
        self.found.waited.setdefault(kind, []).append((time.perf_counter() - begun) * 1000)
        time.sleep(self.looks)
        return text

    def _asked(self, line: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
        """The answer; a connection that the server had closed meanwhile is opened again, as browsers do."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "identity"}
        try:
            line.request("GET", path, headers=headers)
            return line.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            line.close()
            line.request("GET", path, headers=headers)
            return line.getresponse()


def crowd(port: int, sessions: list[str], *, looks: float, together: bool, seconds: float) -> Found:
    """This returns what all readers found together; they come within one look, or all at the same moment."""
    until = time.monotonic() + seconds
    readers = [
        Reader(port, each, looks=looks, until=until, starts_after=0 if together else looks * at / len(sessions))
        for at, each in enumerate(sessions)
    ]
    for each in readers:
        each.start()
    found = Found()
    for each in readers:
        each.join()
        found.failed += each.found.failed
        for kind, waited in each.found.waited.items():
            found.waited.setdefault(kind, []).extend(waited)
    return found


def measure(place: dict[str, str], sessions: list[str], seconds: float) -> dict[str, Any]:
    """Serve, and have the crowd come three ways: this returns milliseconds by way and kind of page."""
    measured: dict[str, Any] = {}
    log = Path(place["PBC_HOME"]) / "serve.log"
    command = [sys.executable, "-m", "pbc_cli", "serve", "--port", "0", "--workers", "2", "--no-worker"]
    with log.open("w") as out, subprocess.Popen(command, env=place, stderr=out, stdout=out) as serving:
        while not (found := re.search(r"http://127.0.0.1:(\d+)/", log.read_text())):
            time.sleep(0.2)
        port = int(found[1])
        warm = crowd(port, sessions, looks=0.0, together=True, seconds=WARM)
        print(f"just started, {READERS} readers without a look, {WARM:.0f} s:\n{warm.told()}", flush=True)
        for words, looks, together in (
            (f"{READERS} readers, each looks {LOOKS:.0f} s", LOOKS, False),
            (f"the same, all pressing at once every {LOOKS:.0f} s", LOOKS, True),
            (f"{READERS} readers without a look", 0.0, True),
        ):
            before, begun = used(serving.pid), time.monotonic()
            told = crowd(port, sessions, looks=looks, together=together, seconds=seconds)
            spent, count = used(serving.pid) - before, sum(map(len, told.waited.values()))
            rate = count / (time.monotonic() - begun)
            print(
                f"{words}: {rate:.1f} pages a second, {1000 * spent / count:.0f} ms of processor a page, load {os.getloadavg()[0]:.0f}"
            )
            print(told.told(), flush=True)
            measured[words] = {"milliseconds": told.waited, "failed": told.failed, "pages_a_second": rate}
        serving.terminate()
    return measured


def used(pid: int) -> float:
    """This returns the processor seconds of the page servers."""
    return sum(sum(each.cpu_times()[:2]) for each in psutil.Process(pid).children(recursive=True))


def made_store(folder: Path) -> Path:
    """This returns the store of a demonstration made for this."""
    command = [sys.executable, "-m", "pbc_cli", "demo", "--people", "300000", "--out", str(folder), "--no-serve"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "store"


def run(asked: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Make the place, fill it, and measure."""
    place = {name: value for name, value in os.environ.items() if not name.startswith("PBC_")}
    place |= {"PBC_HOME": str(home), "PBC_HTTPS": "no", "PBC_STORE": str(home / "store")}
    if not (home / "store").exists():
        source = asked.store or made_store(home / "demonstration")
        make(Store(source), Month.parse(asked.month), Store(home / "store"), asked.copies)
    filler = [sys.executable, "-m", "benchmarks.web_place", asked.month, str(READERS)]
    filled = subprocess.run(filler, env=place, check=True, stdout=subprocess.PIPE, text=True)
    return measure(place, json.loads(filled.stdout), asked.seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="what 50 people wait who read statements at once")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--month", default="2010-02")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--copies", type=int, default=127)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        measured = run(chosen, chosen.folder or Path(aside))
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "web_readers.json").write_text(json.dumps(measured, indent=1))
