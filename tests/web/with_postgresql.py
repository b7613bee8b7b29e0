"""Run a command with a PostgreSQL of its own: `python tests/web/with_postgresql.py python -m pytest -m database tests/web`.

The server lives in a temporary folder, listens on a Unix socket there and on no port, and keeps nothing: it is stopped and its
folder taken away whatever the command does. It refuses to be root, so as root it runs as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing here outlives the command


@contextmanager
def postgresql() -> Iterator[str]:
    """This gives the address (DATABASE_URL) of a fresh server, which is gone when the block ends."""
    programs = found_programs()
    folder = Path(tempfile.mkdtemp(prefix="pbc-pg-", dir="/tmp"))  # a socket's path must be short
    try:
        run_as = _other_than_root(folder)
        initdb = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "pbc",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run([*run_as, *initdb], check=True, stdout=subprocess.DEVNULL)
        settings = [f"unix_socket_directories={folder}", "listen_addresses=", "max_connections=60", *QUICK]
        start = [programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", _options(settings)]
        subprocess.run([*run_as, *start, "start"], check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgres://pbc@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            stop = [programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"]
            subprocess.run([*run_as, *stop], check=True, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def found_programs() -> Path:
    """This returns the folder of PostgreSQL's programs: Debian keeps those of the server off the path."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = Path(on_path) if on_path else folders[-1] if folders else None
    if found is None:
        sys.exit("PostgreSQL is not installed: on Debian, apt-get install postgresql")
    return found.parent


def _other_than_root(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    names = {each.pw_name for each in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, name)
    return ["runuser", "-u", name, "--"]


def _options(settings: list[str]) -> str:
    return " ".join(f"-c {each}" for each in settings)


if __name__ == "__main__":
    with postgresql() as address:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False).returncode)
