"""Pooled lines and allocations that are kept, gathered for the pages of those they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from pbc.flows.allocations import ALLOCATIONS_KEPT
from pbc.flows.gather_statement import with_ids
from pbc.flows.pooled_lines import POOLED
from pbc.reports.pooled_lines import months_table, owners_table, path_table, standing_table
from pbc.reports.reconciliation_tables import Shown
from pbc.results import PublishedSet, Store


@dataclass(frozen=True)
class Kept:
    """What is kept under a name as somebody sees it: its tables in order, the set, and whose rows they are."""

    tables: tuple[Shown, ...]
    set_name: str
    set_id: str
    is_made_up: bool
    codes: frozenset[str]
    made_at: str


def show_pooled_lines(store: Store, *, owners: Collection[str], names: Mapping[str, str]) -> Kept | None:
    """This returns each pooled line that one of the owners holds a part of, with all its owners; None where there is none.

    `codes` are those lines. What was signed, where each owner stands in its own year, and every month, newest first.
    """
    held = store.find(POOLED)
    if held is None:
        return None
    lines, positions = held.frame("pooled_lines"), with_ids(held, "pooled_positions")

    def name_of(code: str) -> str:
        return names.get(code, code)

    own = lines.filter(pl.col("owner_code").is_in(list(owners)))["line_code"].unique().sort().to_list()
    tables: list[Shown] = []
    for code in own:
        mine, moved = lines.filter(line_code=code), positions.filter(line_code=code)
        title = mine["line_name"][0]
        tables.append(Shown(owners_table(mine, name_of=name_of), {}))
        if moved.height:
            tables += [each(moved, title=title, name_of=name_of) for each in (standing_table, months_table)]
    return _kept(held, tables, own) if own else None


def show_allocations(store: Store, *, codes: Collection[str], names: Mapping[str, str]) -> Kept | None:
    """This returns the path of each of the commissioners that is kept; None where none is."""
    held = store.find(ALLOCATIONS_KEPT)
    if held is None:
        return None
    paths = with_ids(held, "allocation_paths").filter(pl.col("commissioner_code").is_in(list(codes)))
    own = paths["commissioner_code"].unique().sort().to_list()
    tables = [path_table(paths.filter(commissioner_code=code), title=names.get(code, code)) for code in own]
    return _kept(held, tables, own) if own else None


def _kept(held: PublishedSet, tables: list[Shown], codes: list[str]) -> Kept:
    receipt = held.receipt
    return Kept(tuple(tables), held.name, held.set_id, receipt.is_made_up, frozenset(codes), receipt.made_at)
