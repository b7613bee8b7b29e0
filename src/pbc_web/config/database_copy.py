"""A copy of the database as it stood at one moment, whoever writes meanwhile; and back into an empty one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from pbc.errors import Fault, RefusedInput

Counts = dict[str, int]


def copy_database(folder: Path) -> tuple[Path, Counts]:
    """This returns the file of a copy written into a folder, and how many rows each table had at that moment."""
    if connection.vendor == "postgresql":
        return _dump(folder / "database.dump")
    path = folder / "database.sqlite3"
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    copied = sqlite3.connect(path)
    try:
        source.backup(copied)  # in one go: a copy in pieces would begin anew with every write
        path.chmod(0o600)
        return path, {name: _number(copied, f'SELECT count(*) FROM "{name}"') for name in _sqlite_tables(copied)}
    finally:
        copied.close()
        source.close()


def require_empty_database() -> None:
    """This refuses a database that holds anything."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if path.exists():
            raise _not_empty(str(path))
    elif connection.introspection.table_names():
        raise _not_empty(f"database {connection.settings_dict['NAME']}")


def restore_database(copy: Path) -> None:
    """Put a copy into the empty database."""
    if (copy.suffix == ".dump") != (connection.vendor == "postgresql"):
        raise RefusedInput(
            "This backup is of the other kind of database.", where=copy.name, found=connection.vendor,
            remedy="Restore a copy of PostgreSQL with DATABASE_URL set, one of SQLite without.",
        )  # fmt: skip
    connection.close()
    if copy.suffix == ".dump":
        given = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "-d", _name()]
        _run("pg_restore", *given, str(copy))
    else:
        shutil.move(copy, connection.settings_dict["NAME"])


def count_rows() -> Counts:
    """This returns how many rows each table of the database has."""
    with connection.cursor() as cursor:
        return _counted(cursor, connection.introspection.table_names(cursor))


def _dump(path: Path) -> tuple[Path, Counts]:
    with _moment() as (cursor, name):
        _run("pg_dump", "-Fc", f"--snapshot={name}", "-f", str(path), _name())
        path.chmod(0o600)
        return path, _counted(cursor, connection.introspection.table_names(cursor))


@contextmanager
def _moment() -> Iterator[tuple[Any, str]]:
    """One moment of the database, for this connection and for pg_dump alike."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor, str(cursor.fetchone()[0])


def _counted(cursor: Any, tables: list[str]) -> Counts:
    counts = {}
    for name in sorted(tables):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
        counts[name] = int(cursor.fetchone()[0])
    return counts


def _sqlite_tables(line: sqlite3.Connection) -> list[str]:
    found = line.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [name for (name,) in found]


def _number(line: sqlite3.Connection, question: str) -> int:
    return int(line.execute(question).fetchone()[0])


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *given: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no list of processes shows it."""
    known = connection.settings_dict
    wanted = {
        "PGHOST": known["HOST"],
        "PGPORT": known["PORT"],
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
    }
    env = os.environ | {name: str(value) for name, value in wanted.items() if value}
    found = shutil.which(program)
    if found is None:
        raise RefusedInput(f"{program} is not installed.", remedy="On Debian: apt-get install postgresql-client")
    done = subprocess.run([found, *given], env=env, capture_output=True, text=True, check=False)  # noqa: S603 PostgreSQL's own
    if done.returncode:
        raise Fault(f"{program} could not do it.", found=done.stderr.strip()[:500])


def _not_empty(where: str) -> RefusedInput:
    return RefusedInput(
        "A backup is restored into an empty place only.", where=where,
        remedy="Name an empty database in DATABASE_URL, or a new folder in PBC_HOME.",
    )  # fmt: skip
