"""Sharing pots of money among a commissioner's practices, and adding them up to its own neighbourhoods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from pbc.flows.journey import Journey
from pbc.methods.budgets.neighbourhoods import add_up_neighbourhoods, list_exceptions, place_in_neighbourhoods
from pbc.methods.budgets.share_pots import share_pots
from pbc.methods.organisations import carry_amounts, place_practices
from pbc.periods import FinancialYear
from pbc.sources.deliveries.small_tables import read_whole_table
from pbc.sources.published.find import find_latest_published, find_one_published
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.organisation_changes import read_organisation_changes
from pbc.sources.published.organisations import find_dormant, read_practices
from pbc.sources.published.reading import Published, Text
from pbc.sources.published.weighted_populations import layout_of_year, read_weighted_population, weight_columns
from pbc.tables import MEMBERSHIPS


@dataclass(frozen=True)
class PotShares:
    """Pots by neighbourhood and by practice, and the practices to look at, each frame ordered by its key.

    `pots` and `published` are what was shared and by what; `inputs` the fingerprint of each file, for a receipt.
    """

    neighbourhoods: pl.DataFrame
    practices: pl.DataFrame
    exceptions: pl.DataFrame
    source: str
    notes: tuple[str, ...]
    pots: pl.DataFrame
    published: pl.DataFrame
    inputs: Mapping[str, str]


def share_pots_by_neighbourhood(
    folder: Path, *, year: FinancialYear, pots: Path | Text, neighbourhoods: Path | Text, journey: Journey,
    on: date | None = None, changes: Path | Text | None = None, memberships: Path | None = None,
) -> PotShares:  # fmt: skip
    """This returns the pots shared by need and added up to the user's neighbourhoods, as at `on` (default 1 April).

    Grain: one pot, commissioner and neighbourhood, and beneath it one practice. Every pot's lines add up to it, what
    is in no neighbourhood standing as `unassigned`. Practices unmatched, unassigned, dormant, across a boundary or
    moving in the year are listed with what it means for their money. A practice in two neighbourhoods at once is
    refused. `changes` is a file of organisation changes: pots and practices then stand under the codes in force on `on`, so
    that a day before a merger shows it as then and a later one as now. Where a commissioner was split, `memberships`, a
    file of the register's, says which part each of its practices is in. The files' sources stand in `source` and `notes`.
    """
    journey.step("Reading the published weighted populations", 0.0)
    published = read_weights(folder, year=year)
    journey.step("Reading the pots and neighbourhoods", 0.4)
    wanted, places = read_pots(pots, measures=weight_columns(year.slug)), read_neighbourhoods(neighbourhoods)
    if changes is not None:
        published, wanted = carry_pots(
            published, wanted, changes=read_organisation_changes(changes), on=on or year.start,
            memberships=None if memberships is None else read_whole_table(memberships, MEMBERSHIPS, delivery="memberships").frame,
        )  # fmt: skip
    return share_by_place(folder, published=published, pots=wanted, places=places, year=year, journey=journey, on=on)


def carry_pots(
    published: Published, pots: Published, *, changes: Published, on: date, memberships: pl.DataFrame | None = None
) -> tuple[Published, Published]:
    """This returns practices and pots under the codes that stand on a day; each pot's money is the same together.

    Pots of one name and measure that come under one code are one. Where a code was split, `memberships` (MEMBERSHIPS) must
    say which part each of its practices is in: one of which they do not is refused, for a share is of money alone.
    """
    note = f"Organisations as at {on.isoformat()}, by {changes.file_name}."
    placed = place_practices(published.rows, changes=changes.rows, on=on, memberships=memberships)
    carried = carry_amounts(pots.rows, changes=changes.rows, on=on)
    return replace(published, rows=placed, notes=(*published.notes, note)), replace(pots, rows=carried)


def read_weights(folder: Path, *, year: FinancialYear) -> Published:
    """This returns the published weighted populations of a year, found in a folder by their headings."""
    path = find_one_published(folder, layout_of_year(year.slug), year=year.slug)
    return read_weighted_population(path, year=year.slug)


def share_by_place(
    folder: Path, *, published: Published, pots: Published, places: Published, year: FinancialYear, journey: Journey,
    on: date | None = None,
) -> PotShares:  # fmt: skip
    """This returns the same of pots and memberships already read; `folder` may hold a register of dormant practices."""
    day = on or year.start
    dormant, register_note, register = _find_dormant(folder, year)
    journey.step("Sharing by need", 0.7)
    shares = share_pots(published.rows, pots=pots.rows)
    placed = place_in_neighbourhoods(shares, memberships=places.rows, on=day)
    exceptions = list_exceptions(placed, practices=published.rows, memberships=places.rows, dormant=dormant, on=day)
    journey.step("Shared", 1.0)
    notes = (*published.notes, *places.notes, f"Neighbourhoods as at {day.isoformat()}.", register_note)
    return PotShares(
        neighbourhoods=add_up_neighbourhoods(placed),
        practices=placed.sort("pot", "commissioner_code", "practice_code"),
        exceptions=exceptions,
        source=published.source,
        notes=notes,
        pots=pots.rows,
        published=published.rows,
        inputs={read.file_name: read.fingerprint for read in (published, pots, places)} | register,
    )


def _find_dormant(folder: Path, year: FinancialYear) -> tuple[pl.DataFrame, str, dict[str, str]]:
    """Dormant practices, a note on the register that says so, and its fingerprint."""
    register = find_latest_published(folder, "epraccur", by=year.end)
    if register is None:
        nobody = pl.DataFrame(schema={"practice_code": pl.String, "seen_in": pl.String})
        return nobody, "No register of practices (epraccur) is in the folder, so dormant practices are not known.", {}
    read = read_practices(register)
    found = find_dormant(read.rows, register=register.name)
    return found, f"Dormant practices: {register.name}.", {read.file_name: read.fingerprint}
