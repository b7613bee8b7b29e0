"""Whom a file charges and for whom, and by which key its people are hidden: asked before somebody's file is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pbc.engines.connection import fetch_frame
from pbc.flows.check_file import TABLES
from pbc.sources.delimited import looking, recognise, refusing_bad_rows, source_sql
from pbc.sources.deliveries.small_tables import layout_of
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import read_layouts

SIDES = ("commissioner_code", "provider_code")


@dataclass(frozen=True, order=True)
class Side:
    """A commissioner and a hospital that a file names together, and the first row that does; empty where it names none."""

    row_number: int
    commissioner_code: str
    provider_code: str


@dataclass(frozen=True)
class Named:
    """Whom a file names, by first row, and the fingerprint of the key that hides its people; empty where it holds none."""

    sides: tuple[Side, ...]
    key_fingerprint: str


def named_in_file(path: Path, *, headings: Sequence[HeadingMap] = (), on: date | None = None) -> Named:
    """This returns whom a file names. A file without such columns names nobody.

    Codes stand as written, without spaces around them. Refuses a file of no known layout, as checking does.
    """
    known = [*read_layouts(), *map(layout_of, TABLES.values())]
    recognised = recognise(path, known, maps=headings, on=on)
    held = [name for name in SIDES if name in recognised.layout.names]
    sides: tuple[Side, ...] = ()
    if held:
        columns = ", ".join(f"COALESCE({name}, '')" if name in held else "''" for name in SIDES)
        sql = (
            f"SELECT min(row_number), {columns} FROM ({source_sql(recognised, with_row_number=True)}) AS delivered "
            "GROUP BY ALL ORDER BY ALL"
        )
        with refusing_bad_rows(recognised), looking().cursor() as connection:
            sides = tuple(Side(*row) for row in fetch_frame(connection, sql).rows())
    return Named(sides, recognised.pseudonymised_with)
