"""A stranger's headings matched once: suggested, looked at through the first rows, and saved as a map to be used again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from pbc.engines.connection import fetch_frame
from pbc.errors import RefusedInput
from pbc.flows.check_file import TABLES
from pbc.sources.delimited import looking, recognise, refusing_bad_rows, source_sql
from pbc.sources.deliveries.small_tables import layout_of
from pbc.sources.headings import HeadingMap, parse_map, read_maps, require_map
from pbc.sources.layout import Layout, read_layouts
from pbc.sources.stamp import person_column
from pbc.sources.suggesting import Suggested, suggest_headings
from pbc.tables.rejected_rows import safe_value

HIDDEN = "(not shown)"


def layouts_to_match() -> list[Layout]:
    """This returns the layouts a file's headings can be matched to: deliveries and small tables with a heading row."""
    return [each for each in [*read_layouts(), *map(layout_of, TABLES.values())] if not each.is_headless]


def match_headings(path: Path, layout: str, *, said: Mapping[str, str] | None = None) -> Suggested:
    """This returns a suggested match of a file's headings to a layout; each needed column left unmatched is in `missing`.

    `said` leads from our columns to the headings a person chose, nothing for a column that is to be left out.
    """
    known = {each.name: each for each in layouts_to_match()}
    if layout not in known:
        raise RefusedInput("There is no such layout.", found=layout, expected=f"one of {', '.join(sorted(known))}")
    return suggest_headings(path, known[layout], said=said)


def read_heading_maps(*paths: Path) -> list[HeadingMap]:
    """This returns the maps in files or in the .yaml files of folders, each checked against its layout."""
    return read_maps(*paths, layouts=layouts_to_match())


def read_heading_map(text: str) -> HeadingMap:
    """This returns the map a text holds, checked against its layout: strict YAML, as `HeadingMap.to_yaml` writes it."""
    return parse_map(text, layouts=layouts_to_match())


def require_heading_map(said: HeadingMap) -> HeadingMap:
    """This returns a map that was put together, refusing one that does not fit its layout."""
    return require_map(said, layouts=layouts_to_match())


def preview_headings(path: Path, said: HeadingMap, *, rows: int = 5, on: date | None = None) -> pl.DataFrame:
    """This returns the first rows of a file as its map reads them: text, columns named ours. Who they are about is not shown.

    Refuses a file that has not all the headings of the map.
    """
    layout = next(each for each in layouts_to_match() if each.name == said.layout)
    recognised = recognise(path, [layout], maps=[require_heading_map(said)], on=on)
    if recognised.read_by is None:
        raise RefusedInput(
            "This file does not have the headings of this map.", path.name, expected="every heading once"
        )
    person = person_column(layout)
    with refusing_bad_rows(recognised), looking().cursor() as connection:
        frame = fetch_frame(connection, f"SELECT * FROM ({source_sql(recognised)}) LIMIT {rows}")
    return frame.select(
        pl.lit(HIDDEN).alias(name) if person and name == person.name else safe_value(pl.col(name)).alias(name)
        for name in frame.columns
    )
