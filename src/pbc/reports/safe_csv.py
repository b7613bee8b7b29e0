"""CSV that a spreadsheet opens without running anything in it, written aside and put in place whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput

RISKY = r"^\s*[=+\-@\t\r]"  # how a spreadsheet knows a formula; a text cell that begins so is given an apostrophe


def make_inert(frame: pl.DataFrame) -> pl.DataFrame:
    """This returns the frame with every text cell that a spreadsheet would run made plain text; numbers are untouched.

    >>> make_inert(pl.DataFrame({"name": ["=1+1", "The Surgery"], "amount_pence": [-5, 5]}))["name"].to_list()
    ["'=1+1", 'The Surgery']
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(RISKY)).then(pl.concat_str(pl.lit("'"), pl.col(name))).otherwise(pl.col(name)).alias(name)
        for name in texts
    )  # fmt: skip


def write_safe_csv(frame: pl.DataFrame, path: Path) -> Path:
    """This writes the frame as CSV in UTF-8 and returns its path. A reader sees the old file or the new one, never half."""
    aside = path.with_name(f".{path.name}.unfinished")
    with refusing_unwritable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        make_inert(frame).write_csv(aside)
        os.replace(aside, path)
    return path


@contextmanager
def refusing_unwritable(path: Path) -> Iterator[None]:
    """This turns a place that cannot be written into a refusal that names it."""
    try:
        yield
    except OSError as error:
        raise RefusedInput(
            "This cannot be written.", where=str(path), found=error.strerror or str(error),
            remedy="Choose another place with --out.",
        ) from error  # fmt: skip
