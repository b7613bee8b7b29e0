"""Stores that many tests read, built once for all workers and both databases: kept in `.cache/stores`, known by their sources."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / ".cache" / "stores"


def kept(name: str, build: Callable[[Path], Any]) -> tuple[Path, Any]:
    """A copy for this process alone, and what building it told (as JSON tells it); copies of processes that are no more go.

    `build` fills a folder and returns what is to be told. It is called where no folder of the same sources is kept.
    """
    whole = SHELF / f"{name}-{_sources()}"
    SHELF.mkdir(parents=True, exist_ok=True)
    with (SHELF / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            for older in SHELF.glob(f"{name}-*"):
                shutil.rmtree(older)
            making = Path(tempfile.mkdtemp(prefix=f"{name}-making-", dir=SHELF))
            told = build(making / "store")
            (making / "told.json").write_text(json.dumps(told), encoding="utf-8")
            making.rename(whole)
        for left in SHELF.glob(f"{name}.of.*"):
            if not _is_running(int(left.suffix[1:])):
                shutil.rmtree(left)
        own = SHELF / f"{name}.of.{os.getpid()}"
        shutil.copytree(whole / "store", own)
    return own, json.loads((whole / "told.json").read_text(encoding="utf-8"))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@cache
def _sources() -> str:
    """What a store is built from: the engine, the small places of the tests, and the libraries that write files."""
    seen = sha256("".join(version(each) for each in ("duckdb", "polars", "pyarrow")).encode())
    for path in sorted(_files()):
        seen.update(str(path.relative_to(ROOT)).encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _files() -> Iterator[Path]:
    yield from (each for each in (ROOT / "src" / "pbc").rglob("*") if each.is_file() and each.suffix != ".pyc")
    yield from (ROOT / "tests" / "journeys").glob("small_*.py")
    yield from (ROOT / "tests" / "web").rglob("world.py")
