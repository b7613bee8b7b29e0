"""Emptying the database between tests that commit: triggers that keep a trail from being changed stand aside for that alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations

_empty = BaseDatabaseOperations.execute_sql_flush


def empty_past_triggers(operations: Any, statements: Any) -> Any:
    """Do what Django does, with every trigger out of the way and back afterwards."""
    connection = connections[operations.connection.alias]
    with _without_triggers(connection):
        return _empty(operations, statements)


@contextmanager
def _without_triggers(connection: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            cursor.execute(sql)
