"""One process at a time does a thing by name; whoever comes second is told so and does not wait. Held until let go or dead.

On PostgreSQL the lock is the server's advisory lock on a connection of its own; with SQLite, which lives on one machine, a
lock on a file beside it. Either ends with the process that held it, so that nothing waits for a lease to run out.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections


class Held:
    """A lock that is held; `still_ours` says whether it is yet, as a lost connection takes an advisory lock with it."""

    def __init__(self, line: Any = None) -> None:
        self._line = line

    def still_ours(self) -> bool:
        """This returns whether the lock is held yet."""
        return self._line is None or bool(self._line.is_usable())


@contextmanager
def alone(name: str) -> Iterator[Held | None]:
    """This gives the lock of a name while the block runs, or None where somebody else has it."""
    with _by_server(name) if connection.vendor == "postgresql" else _by_file(name) as held:
        yield held


@contextmanager
def _by_server(name: str) -> Iterator[Held | None]:
    line = connections.create_connection("default")
    try:
        with line.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [zlib.crc32(name.encode())])
            is_ours = cursor.fetchone()[0]
        yield Held(line) if is_ours else None
    finally:
        line.close()


@contextmanager
def _by_file(name: str) -> Iterator[Held | None]:
    place = Path(settings.PBC_HOME) / "locks"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield Held()
    finally:
        os.close(descriptor)
