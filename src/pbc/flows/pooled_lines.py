"""Pooled lines of an NHS body and a local authority, read from two files, shared by what was signed, and kept for pages."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.flows.journey import Journey
from pbc.flows.kept_files import keep_files
from pbc.methods.budgets.pooled_lines import share_pooled_lines
from pbc.results import PublishedSet, Store
from pbc.sources.published.pooled_lines import read_pooled_lines, read_pooled_spending

POOLED = "pooled-lines"


def position_pooled_lines(lines: Path, spending: Path) -> pl.DataFrame:
    """This returns POOLED_POSITIONS of a file of lines and owners and a file of spending, each owner in its own year."""
    return share_pooled_lines(read_pooled_lines(lines).rows, spending=read_pooled_spending(spending).rows)


def keep_pooled_lines(
    store: Store, *, lines: Path, spending: Path, regime: str = "", journey: Journey | None = None
) -> PublishedSet:
    """This returns the set `pooled-lines`, which takes the place of the one before: what was signed, and every owner's months."""
    signed, spent = read_pooled_lines(lines), read_pooled_spending(spending)
    tables = {"pooled_lines": signed.rows, "pooled_positions": share_pooled_lines(signed.rows, spending=spent.rows)}
    return keep_files(store, POOLED, tables=tables, files=(signed, spent), regime=regime, journey=journey)
