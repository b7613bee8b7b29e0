"""Allocations over years, read from a file and followed to their targets, across mergers of commissioners where asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pbc.flows.journey import Journey
from pbc.flows.kept_files import keep_files
from pbc.methods.budgets.allocations import measure_distance, move_to_target
from pbc.methods.organisations import carry_amounts
from pbc.results import PublishedSet, Store
from pbc.sources.published.allocations import read_allocations
from pbc.sources.published.organisation_changes import read_organisation_changes
from pbc.tables import ALLOCATION_PATHS

ALLOCATIONS_KEPT = "allocations"


def keep_allocations(
    store: Store, path: Path, *, changes: Path | None = None, on: date | None = None, regime: str = "", journey: Journey | None = None
) -> PublishedSet:  # fmt: skip
    """This returns the set `allocations`, which takes the place of the one before: the paths that follow from the files."""
    files = [read_allocations(path), *([read_organisation_changes(changes)] if changes else [])]
    tables = {"allocation_paths": follow_allocations(path, changes=changes, on=on)}
    return keep_files(store, ALLOCATIONS_KEPT, tables=tables, files=files, regime=regime, journey=journey)


def follow_allocations(path: Path, *, changes: Path | None = None, on: date | None = None) -> pl.DataFrame:
    """This returns ALLOCATION_PATHS of a file of allocations, each year from what was read for it and nothing else.

    With `changes` and a day, under the codes that stand on it: the money of each year is carried across, sums kept, and the
    distance worked out again; a path made of several rules names none.
    """
    read = read_allocations(path)
    paths = move_to_target(read.rows, source=read.file_name)
    if changes is None or on is None:
        return paths
    told = read_organisation_changes(changes)
    money = [column.name for column in ALLOCATION_PATHS.columns if column.name.endswith("_pence")]
    carried = carry_amounts(paths.select(*ALLOCATION_PATHS.key, *money), changes=told.rows, on=on)
    kept = paths.select(*ALLOCATION_PATHS.key, "rule")
    ruled = carried.join(kept, on=ALLOCATION_PATHS.key, how="left").with_columns(
        pl.lit(None, pl.Float64).alias("distance_ratio"), pl.lit(f"{read.file_name}, {told.file_name}").alias("source")
    )
    return measure_distance(ruled).sort(ALLOCATION_PATHS.key)
