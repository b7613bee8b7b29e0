"""One demonstration for all workers of a run: built once by `pbc demo --serve`, in a folder of this run, on a free port."""

import fcntl
import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

PEOPLE = 6_000  # the smallest world with room for what is planted in it
LONGEST = 900  # seconds: two busy cores
CLEAN = {  # nothing of ours, and no measuring of coverage: it would run a third longer, and other tests hold all of it
    name: value
    for name, value in os.environ.items()
    if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE") and not name.startswith(("PBC_", "COVERAGE_"))
}


@dataclass(frozen=True)
class Served:
    """A demonstration that runs: where, its log, the cookie that opens it, and its folder."""

    address: str
    log: str
    cookie: str
    folder: str

    def complaints(self) -> list[str]:
        """What its log says of requests it could not answer and of work that broke."""
        lines = Path(self.log).read_text(encoding="utf-8").splitlines()
        return [line for line in lines if re.search(r" 5\d\d \d+ms| (ERROR|CRITICAL) |Traceback", line)]


@contextmanager
def shared(base: Path) -> Iterator[Served]:
    """This gives the demonstration of a run, begun by whoever comes first, who ends it once all others have gone."""
    told, running = base / "demonstration.json", None
    with (base / "demonstration.users").open("a") as users:
        with _alone(base):
            if not told.exists():
                running, served = _begin(base)
                told.write_text(json.dumps(asdict(served)), encoding="utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
        yield Served(**json.loads(told.read_text(encoding="utf-8")))
        if running is None:
            return
        fcntl.flock(users, fcntl.LOCK_UN)
        fcntl.flock(users, fcntl.LOCK_EX)
        with _alone(base):
            told.unlink()
        running.terminate()
        running.wait(60)


@contextmanager
def _alone(base: Path) -> Iterator[None]:
    with (base / "demonstration.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _begin(base: Path) -> tuple["subprocess.Popen[bytes]", Served]:
    folder, log = base / "demonstration", base / "demonstration.log"
    command = [
        sys.executable,
        "-m",
        "pbc_cli",
        "demo",
        "--people",
        str(PEOPLE),
        "--out",
        str(folder),
        "--serve",
        "--port",
        "0",
    ]
    with log.open("wb") as out:
        running = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=CLEAN)
    until = time.monotonic() + LONGEST
    while not (found := re.search(r"http://(127.0.0.1:\d+)(/demonstration/enter/[\w-]+/)", log.read_text("utf-8"))):
        assert running.poll() is None, log.read_text("utf-8")[-2000:]
        assert time.monotonic() < until, log.read_text("utf-8")[-2000:]
        time.sleep(0.2)
    return running, Served(f"http://{found[1]}", str(log), _enter(found[1], found[2]), str(folder))


def _enter(host: str, path: str) -> str:
    line = http.client.HTTPConnection(host, timeout=60)
    line.request("GET", path)
    cookie = line.getresponse().headers["Set-Cookie"]
    line.close()
    return str(cookie.split(";")[0].partition("=")[2])
