"""Sharing pots of money among a commissioner's practices, and adding them up to its own neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pbc.flows.journey import Journey
from pbc.methods.budgets.neighbourhoods import add_up_neighbourhoods, list_exceptions, place_in_neighbourhoods
from pbc.methods.budgets.share_pots import share_pots
from pbc.periods import FinancialYear
from pbc.sources.published.find import find_latest_published, find_one_published
from pbc.sources.published.local import read_neighbourhoods, read_pots
from pbc.sources.published.organisations import find_dormant, read_practices
from pbc.sources.published.weighted_populations import layout_of_year, read_weighted_population, weight_columns


@dataclass(frozen=True)
class PotShares:
    """Pots by neighbourhood and by practice, and the practices to look at, each frame ordered by its key."""

    neighbourhoods: pl.DataFrame
    practices: pl.DataFrame
    exceptions: pl.DataFrame
    source: str
    notes: tuple[str, ...]


def share_pots_by_neighbourhood(
    folder: Path, *, year: FinancialYear, pots: Path, neighbourhoods: Path, journey: Journey, on: date | None = None
) -> PotShares:
    """This returns the pots shared by need and added up to the user's neighbourhoods, as at `on` (default 1 April).

    Grain: one pot, commissioner and neighbourhood, and beneath it one practice. Every pot's lines add up to it, what
    is in no neighbourhood standing as `unassigned`. Practices unmatched, unassigned, dormant, across a boundary or
    moving in the year are listed with what it means for their money. A practice in two neighbourhoods at once is
    refused. The files' sources stand in `source` and `notes`.
    """
    day = on or year.start
    journey.step("Reading the published weighted populations", 0.0)
    published = read_weighted_population(
        find_one_published(folder, layout_of_year(year.slug), year=year.slug), year=year.slug
    )
    journey.step("Reading the pots and neighbourhoods", 0.4)
    wanted = read_pots(pots, measures=weight_columns(year.slug)).rows
    memberships = read_neighbourhoods(neighbourhoods).rows
    dormant, register_note = _find_dormant(folder, year)
    journey.step("Sharing by need", 0.7)
    shares = share_pots(published.rows, pots=wanted)
    placed = place_in_neighbourhoods(shares, memberships=memberships, on=day)
    exceptions = list_exceptions(placed, practices=published.rows, memberships=memberships, dormant=dormant, on=day)
    journey.step("Shared", 1.0)
    notes = (*published.notes, f"Neighbourhoods as at {day.isoformat()}.", register_note)
    return PotShares(
        add_up_neighbourhoods(placed), placed.sort("pot", "commissioner_code", "practice_code"), exceptions,
        published.source, notes,
    )  # fmt: skip


def _find_dormant(folder: Path, year: FinancialYear) -> tuple[pl.DataFrame, str]:
    register = find_latest_published(folder, "epraccur", by=year.end)
    if register is None:
        nobody = pl.DataFrame(schema={"practice_code": pl.String, "seen_in": pl.String})
        return nobody, "No register of practices (epraccur) is in the folder, so dormant practices are not known."
    return find_dormant(read_practices(register).rows, register=register.name), f"Dormant practices: {register.name}."
