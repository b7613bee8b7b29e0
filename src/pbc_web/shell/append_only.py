"""Tables that are only added to: the database itself refuses to change, remove or replace their rows, whoever asks.

Used by migrations, on SQLite and PostgreSQL: `operations = [keep_rows("app", "app_table", ..., refused="...")]`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE TRIGGER {table}_kept_{deed} BEFORE {deed} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{refused}'); END;"
)
DEEDS = {
    "UPDATE": "",
    "DELETE": "",
    "INSERT": "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",  # REPLACE asks no trigger that guards against removal
}
FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{refused}'; END $$;
"""
POSTGRESQL = """
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


def keep_rows(name: str, *tables: str, refused: str) -> migrations.RunPython:
    """This returns the operation that keeps the rows of tables for good; `name` tells the function of one migration from others'."""
    function = f"{name}_refuse_change"

    def add(_: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(FUNCTION.format(function=function, refused=refused))
            made = [POSTGRESQL.format(table=table, function=function) for table in tables]
        else:
            made = [_sqlite(table, deed, refused) for table in tables for deed in DEEDS]
        for statement in made:
            editor.execute(statement)

    def take_away(_: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION {function}() CASCADE")
        else:
            for table, deed in product(tables, DEEDS):
                editor.execute(f"DROP TRIGGER {table}_kept_{deed}")

    return migrations.RunPython(add, take_away)


def _sqlite(table: str, deed: str, refused: str) -> str:
    return SQLITE.format(table=table, deed=deed, when=DEEDS[deed].format(table=table), refused=refused)
