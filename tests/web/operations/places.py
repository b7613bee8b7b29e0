"""Places of their own for services that tests start as real processes: a folder, and on PostgreSQL a database."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from tests.web.kept_stores import empty_database

SCRIBE = Path(__file__).with_name("scribe.py")


@contextmanager
def new_place(folder: Path, *, has_tables: bool = False) -> Iterator[dict[str, str]]:
    """This gives the environment of a service that has nothing yet, or tables alone (of SQLite); its database is dropped at the end."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith(("PBC_", "DJANGO_"))
    }
    home = {
        "PBC_HOME": str(folder),
        "PBC_HTTPS": "no",
        "PBC_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
    if connection.vendor != "postgresql":
        if has_tables:
            folder.mkdir()
            empty_database(folder / "pbc.sqlite3")
        yield kept | home
        return
    name = f"place_{uuid.uuid4().hex}"
    _administer(f"CREATE DATABASE {name}")
    address = os.environ["DATABASE_URL"].rpartition("/")[0]
    try:
        yield kept | home | {"DATABASE_URL": f"{address}/{name}"}
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _administer(order: str) -> None:
    import psycopg

    known = connection.settings_dict
    with psycopg.connect(host=known["HOST"], user=known["USER"], dbname="postgres", autocommit=True) as line:
        line.execute(order)  # type: ignore[arg-type]  # made above


def run(place: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """This returns what a `pbc` command did in a place."""
    given = [sys.executable, "-m", "pbc_cli", *command]
    return subprocess.run(given, env=place, capture_output=True, text=True, check=False, timeout=400)


def scribe(place: dict[str, str], *command: str) -> str:
    """This returns what the scribe told of a place."""
    given = [sys.executable, str(SCRIBE), *command]
    return subprocess.run(given, env=place, stdout=subprocess.PIPE, text=True, check=True, timeout=400).stdout.strip()
