"""A PostgreSQL server for the bench alone: its own folder, a free port, no other user's data; gone when the bench ends."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

NOT_INSTALLED = "PostgreSQL is not installed here, so it was left out: on Debian, apt-get install postgresql."
SETTINGS = {
    "listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB",
    "max_parallel_workers_per_gather": "2", "autovacuum": "off",
}  # fmt: skip


@dataclass
class Server:
    """A running server."""

    dsn: str
    process: psutil.Process
    version: str

    def cpu_seconds(self) -> float:
        """This returns what the server and every backend, gone or alive, have used so far."""
        try:
            times = [self.process.cpu_times(), *(child.cpu_times() for child in self.process.children(recursive=True))]
        except psutil.NoSuchProcess:
            return 0.0
        gone = times[0].children_user + times[0].children_system
        return float(gone + sum(each.user + each.system for each in times))

    def memory_bytes(self) -> int:
        """This returns what the server and its backends hold, shared memory counted once."""
        total = 0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        return total


def find_binaries() -> Path | None:
    """This returns where initdb and postgres are, if PostgreSQL is installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((path for path in found if (path / "postgres").exists() and (path / "initdb").exists()), None)


@contextmanager
def running_server() -> Iterator[Server | None]:
    """This gives a server, or None where PostgreSQL is not installed. It refuses to run as root, so root lends it a user."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="pbc-bench-postgres-"))
    user = _plain_user()
    if user is not None:
        shutil.chown(home, user=user)
    process: subprocess.Popen[bytes] | None = None
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": user, "cwd": home}
        initialise = [
            binaries / "initdb",
            "-D",
            home / "data",
            "-A",
            "trust",
            "-U",
            "bench",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        subprocess.run(initialise, check=True, timeout=120, **quiet)  # type: ignore[call-overload]
        port = _free_port()
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [binaries / "postgres", "-D", home / "data", "-k", home, "-p", str(port), *options]
        process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
        dsn = f"host={home} port={port} user=bench dbname=postgres"
        yield Server(dsn, psutil.Process(process.pid), _wait_for(dsn))
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def _plain_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(dsn: str) -> str:
    import psycopg

    for _ in range(300):
        try:
            with psycopg.connect(dsn) as connection:
                return str(connection.execute("SHOW server_version").fetchall()[0][0]).split()[0]
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise TimeoutError("PostgreSQL did not start within thirty seconds.")
