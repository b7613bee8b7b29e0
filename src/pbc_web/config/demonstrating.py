"""Building the demonstration's database and serving it, in one process on this machine. Started by `pbc demo`."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pbc.errors import RefusedInput
from pbc_web.config.demonstration_mark import MARK, is_marked

DATABASE = "demonstration.sqlite3"


def prepare(folder: Path, *, store: Path, regime: str, agreements: Iterable[Path] = (), invoice_key: str = "") -> None:
    """Have Django ready with the demonstration's own settings, its database made anew in a folder of its own.

    `invoice_key` is the fingerprint of the key behind made-up invoices.
    """
    if os.environ.get("DATABASE_URL"):
        raise RefusedInput(
            "The demonstration keeps to a database of its own.", found="DATABASE_URL in the environment",
            remedy="Take DATABASE_URL out of the environment and start again.",
        )  # fmt: skip
    make_database(folder / DATABASE)
    os.environ |= {"PBC_HOME": str(folder), "PBC_STORE": str(store), "PBC_REGIME": regime}
    os.environ["PBC_INVOICE_KEY_FINGERPRINT"] = invoice_key
    os.environ["PBC_POLICY"] = ",".join(str(path.resolve()) for path in agreements)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pbc_web.config.demonstration"
    import django

    django.setup()


def make_database(path: Path) -> None:
    """Make an empty database with the demonstration's mark, in the place of the one before; never in the place of another."""
    if path.exists() and not is_marked(path):
        raise RefusedInput(
            "There is a database here that no demonstration made.", where=str(path), found="no mark",
            remedy="Name another --out, or move the file away.",
        )  # fmt: skip
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)
    made = sqlite3.connect(path)
    try:
        made.execute(f"PRAGMA application_id = {MARK}")
        made.execute("VACUUM")  # writes the header
    finally:
        made.close()
    path.chmod(0o600)


def fill(at: datetime) -> None:
    """Bring the database up to date and fill it with what each app lends, in the time of the made-up world."""
    from django.core.management import call_command

    from pbc_web.config.demonstration_content import FILLS
    from pbc_web.runs.worker import work_off
    from pbc_web.shell import clock

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    clock.begin_at(at)
    for fill_app in FILLS:
        fill_app(at)
        work_off(at=at)


def begins_on(last_year_end: int) -> datetime:
    """This returns the morning on which the demonstration begins: the year is over, and budgets are due in ten days."""
    return datetime(last_year_end, 4, 20, 8, 0, tzinfo=UTC)


def serve(port: int) -> None:
    """Serve on loopback until Ctrl-C, with the worker beside."""
    import uvicorn

    from pbc_web.config.demonstration_door import ENTRANCE, TOKEN
    from pbc_web.runs.worker import work

    options = uvicorn.Config(
        "pbc_web.config.asgi:application", host="127.0.0.1", port=port, log_config=None, access_log=False,
        server_header=False, lifespan="off", proxy_headers=False,
    )  # fmt: skip
    listening = options.bind_socket()
    listening.listen()  # whoever opens the address at once waits instead of being refused
    address = f"http://127.0.0.1:{listening.getsockname()[1]}{ENTRANCE}{TOKEN.current()}/"
    print(f"Open {address} (it opens once; Ctrl-C stops the demonstration).", flush=True)
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(stop,), name="worker", daemon=True)
    worker.start()
    try:
        uvicorn.Server(options).run(sockets=[listening])
    finally:
        stop.set()
        worker.join(timeout=10)
