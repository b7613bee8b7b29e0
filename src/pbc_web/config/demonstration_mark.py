"""The mark of a demonstration's database: written into the SQLite file itself, so that it goes wherever the file goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbc.errors import RefusedInput

MARK = 0x70626364  # "pbcd", as SQLite's application_id


def is_marked(path: Path) -> bool:
    """This returns whether a file is the database of a demonstration; read from its header, as it may be in use."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and int.from_bytes(header[68:72], "big") == MARK


def refuse_demonstration(database: Any = None) -> None:
    """This refuses to work in earnest with the database of a demonstration."""
    if database is None:
        from django.conf import settings

        database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"] and is_marked(Path(database["NAME"])):
        raise RefusedInput(
            "This is the database of a demonstration: anyone may sign in to it.", where=str(database["NAME"]),
            remedy="Name another folder in PBC_HOME, or a database in DATABASE_URL.",
        )  # fmt: skip
