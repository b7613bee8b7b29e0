"""Pooled lines of an NHS body and a local authority, read from two files and shared by what was signed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pbc.methods.budgets.pooled_lines import share_pooled_lines
from pbc.sources.published.pooled_lines import read_pooled_lines, read_pooled_spending


def position_pooled_lines(lines: Path, spending: Path) -> pl.DataFrame:
    """This returns POOLED_POSITIONS of a file of lines and owners and a file of spending, each owner in its own year."""
    return share_pooled_lines(read_pooled_lines(lines).rows, spending=read_pooled_spending(spending).rows)
