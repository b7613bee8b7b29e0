"""Which deliveries a store holds, and what their cells add up to: read by budgets, statements and year ends alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine, Relation
from pbc.methods.statements.add_up import LINES, add_up_lines
from pbc.periods import Month
from pbc.results import PublishedSet, Store
from pbc.tables import ACTIVITY_CELLS, PRESCRIBING_CELLS


@dataclass(frozen=True)
class Deliveries:
    """The published sets of one kind (cells, activity, prescribing), by month of delivery, oldest first."""

    sets: dict[Month, PublishedSet]

    @property
    def inputs(self) -> dict[str, str]:
        """Set name to set id, for a receipt."""
        return {found.name: found.set_id for found in self.sets.values()}

    @property
    def is_made_up(self) -> bool:
        """Whether anything in them was made up."""
        return any(found.receipt.is_made_up for found in self.sets.values())

    def relation(self, table: str, engine: Engine, columns: Sequence[tuple[str, str]]) -> Relation:
        """This returns the rows of a table over all deliveries, as a lazy relation."""
        return engine.scan([path for found in self.sets.values() for path in found.files(table)], columns)

    def frame(self, table: str, empty: pl.DataFrame) -> pl.DataFrame:
        """This returns the rows of a practice-grain table over all deliveries."""
        held = [found.lazy(table) for found in self.sets.values() if table in found.tables]
        return pl.concat([empty.lazy(), *held]).collect()


def deliveries_held(store: Store, kind: str, *, keep: Callable[[Month], bool]) -> Deliveries:
    """This returns the sets in force of a kind whose month of delivery is wanted."""
    months = {Month.parse(name.rpartition("/")[2]): name for name in store.names(kind)}
    return Deliveries({month: store.current(months[month]) for month in sorted(months) if keep(month)})


def lines_held(cells: Deliveries, engine: Engine, *, first: Month, last: Month) -> pl.DataFrame:
    """This returns the lines (month, practice, hospital, kind of activity) of months of activity, from cells."""
    if not cells.sets:
        return pl.DataFrame(
            schema={name: {"VARCHAR": pl.String, "INTEGER": pl.Int32}.get(kind, pl.Int64) for name, kind in LINES}
        )
    relation = cells.relation("activity_cells", engine, ACTIVITY_CELLS.sql_columns)
    return add_up_lines(relation, first=first, last=last).frame()


def prescribing_held(prescribing: Deliveries, *, first: Month, last: Month) -> pl.DataFrame:
    """This returns the prescribing cells of some months, rows of one key added over deliveries."""
    held = prescribing.frame("prescribing_cells", PRESCRIBING_CELLS.empty())
    wanted = held.filter(pl.col("month").is_between(first.number, last.number))
    return wanted.group_by(PRESCRIBING_CELLS.key).agg(pl.col("items", "net_ingredient_cost_pence").sum())


def broken_kinds(earlier: pl.DataFrame | None, later: pl.DataFrame | None) -> tuple[str, ...]:
    """This returns the kinds of activity whose price groups are of another grouping in the later tariff: a drawn break.

    >>> row = {"point_of_delivery": ["EL", "AE"], "grouper_version": ["HRG v3.5", "A&E"]}
    >>> broken_kinds(pl.DataFrame(row), pl.DataFrame({**row, "grouper_version": ["HRG4", "A&E"]}))
    ('EL',)
    """
    if earlier is None or later is None:
        return ()
    sides = [
        tariff.group_by("point_of_delivery").agg(
            pl.col("grouper_version").unique().sort().str.join("|").alias("version")
        )
        for tariff in (earlier, later)
    ]
    both = sides[0].join(sides[1], on="point_of_delivery", suffix="_later")
    return tuple(sorted(both.filter(pl.col("version") != pl.col("version_later"))["point_of_delivery"]))


def tariff_frame(store: Store, *, slug: str, table: str = "tariff_prices") -> pl.DataFrame | None:
    """This returns a table of the tariff of a year, or None where none is held."""
    found = store.find(f"tariff/{slug}")
    return None if found is None or table not in found.tables else found.frame(table)
