"""What a neighbourhood team chooses from, and what came of its pots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pbc.errors import Fault
from pbc.flows.neighbourhood_pots import PotMeasure, check_typed_pots, list_commissioners, list_measures
from pbc.flows.show_pots import show_pots, write_pots
from pbc.periods import FinancialYear
from pbc.reports.budgets.pots import PotsView
from pbc_web.runs.published import published_folder
from pbc_web.runs.reading import site_store

YEARS = (FinancialYear(2025),)  # the years whose weights today's commissioners are in


@dataclass(frozen=True)
class Payer:
    """A commissioner of the published weights."""

    code: str
    name: str
    practices: int
    people: int


def payers_of(year: FinancialYear) -> tuple[Payer, ...]:
    """This returns the commissioners of a year's published weights by name; none where the files are not here."""
    folder = published_folder()
    if folder is None:
        return ()
    return _payers(folder, folder.stat().st_mtime_ns, year)


@lru_cache(maxsize=8)
def _payers(folder: Path, changed_at: int, year: FinancialYear) -> tuple[Payer, ...]:
    try:
        found = list_commissioners(folder, year=year)
    except Fault:  # no weights of this year among the files
        return ()
    return tuple(Payer(row[0], row[1], row[2], round(row[3])) for row in found.iter_rows())


def measures_of(year: FinancialYear) -> tuple[PotMeasure, ...]:
    """This returns what can share a pot, in words."""
    return list_measures(year)


def faults_of_places(year: FinancialYear, rows: Sequence[Mapping[str, str | None]]) -> list[dict[str, Any]]:
    """This returns what is wrong with neighbourhoods typed in, each by its row."""
    return check_typed_pots(year=year, pots=[], neighbourhoods=rows).sort("row_number").to_dicts()


@lru_cache(maxsize=16)
def pots_of(name: str, set_id: str) -> PotsView:
    """This returns what came of pots, as a page."""
    return show_pots(site_store().at(name, set_id))


def pots_workbook(name: str, set_id: str, *, mark: str) -> bytes:
    """This returns it as a workbook with its sources."""
    return write_pots(site_store().at(name, set_id), mark=mark)
