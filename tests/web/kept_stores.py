"""What many tests begin with, made once for all workers: stores that they read, and a database without rows.

They are kept in `.cache/stores`, known by their sources.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / ".cache" / "stores"


def kept(name: str, build: Callable[[Path], Any]) -> tuple[Path, Any]:
    """A copy of a store for this process alone, and what building it told (as JSON tells it); copies of processes that are no more go.

    `build` fills a folder and returns what is to be told. It is called where no folder of the same sources is kept.
    """
    with _shelf(name):
        whole = _made(name, build, _sources("src/pbc/**/*", "tests/journeys/small_*.py", "tests/web/**/world.py"))
        for left in SHELF.glob(f"{name}.of.*"):
            if not _is_running(int(left.suffix[1:])):
                shutil.rmtree(left)
        own = SHELF / f"{name}.of.{os.getpid()}"
        shutil.copytree(whole / "store", own)
    return own, json.loads((whole / "told.json").read_text(encoding="utf-8"))


def empty_database(into: Path) -> None:
    """Lay a copy of an SQLite database there with every table and trigger and no row: as `pbc serve` makes one at its first start."""
    with _shelf("database"):
        whole = _made("database", _migrate, _sources("src/pbc_web/**/*.py"))
        shutil.copyfile(whole / "store" / "pbc.sqlite3", into)


def _migrate(folder: Path) -> None:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PBC_", "DJANGO_", "DATABASE_"))}
    given |= {"PBC_HOME": str(folder), "PBC_HTTPS": "no", "DJANGO_SETTINGS_MODULE": "pbc_web.config.settings"}
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity=0"], env=given, check=True)


@contextmanager
def _shelf(name: str) -> Iterator[None]:
    """Whoever is in here is alone with what is kept of a name."""
    SHELF.mkdir(parents=True, exist_ok=True)
    with (SHELF / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(name: str, build: Callable[[Path], Any], sources: str) -> Path:
    """The folder kept of a name and its sources, made where there is none; those of other sources go."""
    whole = SHELF / f"{name}-{sources}"
    if not whole.exists():
        for older in SHELF.glob(f"{name}-*"):
            shutil.rmtree(older)
        making = Path(tempfile.mkdtemp(prefix=f"{name}-making-", dir=SHELF))
        told = build(making / "store")
        (making / "told.json").write_text(json.dumps(told), encoding="utf-8")
        making.rename(whole)
    return whole


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@cache
def _sources(*patterns: str) -> str:
    """What something is made from: files of ours, and the libraries that write it."""
    seen = sha256("".join(version(each) for each in ("duckdb", "polars", "pyarrow", "django")).encode())
    for path in sorted(
        path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file() and path.suffix != ".pyc"
    ):
        seen.update(str(path.relative_to(ROOT)).encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]
