"""Temporary folders of an engine: their owner's alone, held by a lock, and swept when the process that held them was killed.

What an engine spills may hold patients' records, so a folder must not outlive its process. A lock ends with its process
however it ends, which a process number does not: numbers are used again, and differ between containers that share a disk.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KINDS = ("spill", "spark", "accepted", "sheets")  # of each of these, whatever engine sweeps
LOCK = ".held"


class Scratch:
    """A fresh folder `pbc-<kind>-...` among the temporary files, removed on `close` or when the process ends."""

    def __init__(self, kind: str) -> None:
        assert kind in KINDS
        sweep()
        self.path, lock = _hold(kind)
        self._remove = weakref.finalize(self, _let_go, self.path, lock)

    def close(self) -> None:
        """This removes the folder with all that is in it; a second time changes nothing."""
        self._remove()


def sweep() -> None:
    """This removes the folders of this user that no living process holds. Folders without a lock are somebody else's."""
    room = Path(tempfile.gettempdir())
    for folder in [found for kind in KINDS for found in room.glob(f"pbc-{kind}-*")]:
        with suppress(OSError), _lock_of(folder) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _empty(folder)


@contextmanager
def _lock_of(folder: Path) -> Iterator[int]:
    """The lock of a folder of our own; a link, or a folder of another user, is refused as an `OSError`."""
    entered = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(entered).st_uid != os.getuid():
            raise PermissionError(folder)
        lock = os.open(LOCK, os.O_RDWR | os.O_NOFOLLOW, dir_fd=entered)
    finally:
        os.close(entered)
    try:
        yield lock
    finally:
        os.close(lock)


def _hold(kind: str) -> tuple[Path, int]:
    """A folder takes its name only once its lock is held, so that a sweep never meets one that is not yet held."""
    made = Path(tempfile.mkdtemp(prefix="pbc-opening-"))
    lock = os.open(made / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return made.rename(made.with_name(made.name.replace("opening", kind, 1))), lock


def _let_go(folder: Path, lock: int) -> None:
    _empty(folder)
    os.close(lock)


def _empty(folder: Path) -> None:
    """The lock goes last: whatever is left of a folder when its sweeper is killed in turn can be swept again."""
    with suppress(FileNotFoundError):
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != LOCK:
                each.unlink(missing_ok=True)
        (folder / LOCK).unlink(missing_ok=True)
        folder.rmdir()
