"""Rows typed into a form, or handed over by a program, read as if they had come in a file: by the same readers and rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.sources.delimited import Recognised
from pbc.sources.file_form import FileForm
from pbc.sources.published.reading import Faults, Text, layouts

TypedRows = Sequence[Mapping[str, str | None]]


def read_typed(rows: TypedRows, *, layout: str, name: str, faults: Faults | None = None) -> Text:
    """This returns rows as text of a published layout, numbered from 1, for the layout's reader.

    Grain in: one row, heading to cell, blank meaning empty. A heading the layout does not know is refused with those it
    does; one left out is an empty cell. `name` stands where a file's name would; `faults` gathers every fault instead of
    refusing the first.
    """
    (known,) = layouts(layout)
    columns = {column.headings[0]: column.name for column in known.columns}
    strange = sorted({heading for row in rows for heading in row} - set(columns))
    if strange:
        raise RefusedInput(
            "A row has a column that is not asked for.", where=name, found=strange[0], expected=", ".join(columns)
        )
    cells = [tuple((row.get(heading) or "").strip() or None for heading in columns) for row in rows]
    schema = {"row_number": pl.Int64, **dict.fromkeys(columns.values(), pl.String)}
    frame = pl.DataFrame([(at, *row) for at, row in enumerate(cells, start=1)], schema=schema, orient="row")
    told = json.dumps([list(columns), *cells], ensure_ascii=False).encode()
    form = FileForm(Path(name), "typed", hashlib.sha256(told).hexdigest(), len(told))
    positions = {column: at for at, column in enumerate(columns.values())}
    return Text(Recognised(known, form, tuple(columns), positions), frame, faults)
