"""A set of neighbourhood pots as a page and as a workbook."""

from __future__ import annotations

from pbc.flows.gather_statement import shown, with_ids
from pbc.reports.budgets.pots import PotsMaterial, PotsView, build_pots
from pbc.reports.budgets.pots_workbook import write_pots_workbook
from pbc.results import PublishedSet


def gather_pots(pots: PublishedSet) -> PotsMaterial:
    """This returns a set of neighbourhood pots as pages read it, every published row with its figure id."""
    parameters = pots.receipt.parameters
    return PotsMaterial(
        title=parameters["name"],
        year=parameters["year"],
        regime=pots.receipt.regime,
        shown=shown(pots),
        tables={table: with_ids(pots, table) for table in pots.tables},
        notes=tuple(parameters["notes"].splitlines()),
    )


def show_pots(pots: PublishedSet) -> PotsView:
    """This returns the page of a set of neighbourhood pots: by neighbourhood and practice, luck, and what to look at."""
    return build_pots(gather_pots(pots))


def write_pots(pots: PublishedSet, *, mark: str = "") -> bytes:
    """This returns the workbook of a set of neighbourhood pots as the bytes of its file; `mark` stands on every sheet."""
    return write_pots_workbook(gather_pots(pots), mark=mark)
