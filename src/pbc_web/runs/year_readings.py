"""A year as the books close it, as pages read it: by the positions that were published for readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pbc.flows.show_year_books import Held, YearBooks, show_year_books, unit_kind_of
from pbc.flows.show_year_bridge import show_year_bridge
from pbc.periods import FinancialYear, Month
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.year_walk import YearOf
from pbc_web.runs.ledger_readings import Reconciled, reconciled_periods
from pbc_web.runs.reading import site_policy, site_store

__all__ = ["Held", "YearBooks", "bridge", "ledger_of", "year_books"]


def year_books(
    year: FinancialYear,
    code: str,
    *,
    links: Mapping[str, str],
    held: Mapping[FinancialYear, Held],
    names_all: bool = False,
    read_on: date | None = None,
) -> YearBooks | None:
    """This returns a year of a practice, group or commissioner; None where no position published for readers has it.

    `links` gives the page of each holder that may be named, `names_all` names every holder of the year, `held` is the set of
    each position of each year; `read_on`, the day of reading, marks what is owed to the pool and overdue.
    """
    store = site_store()
    kind = unit_kind_of(store, year=year, code=code, held=held.get(year, {}))
    if not kind:
        return None
    return show_year_books(
        store, year=year, whose=YearOf(kind, code), links=links, policy=site_policy(), held=held, names_all=names_all,
        read_on=read_on,
    )  # fmt: skip


def ledger_of(year: FinancialYear) -> Reconciled | None:
    """This returns the reconciliation of a year's last month that reads furthest, or None."""
    return next((each for each in reconciled_periods() if each.month == Month.of(year.end)), None)


def bridge(set_name: str, set_id: str, ledger: Reconciled, *, code: str, caption: str, link: str) -> Shown | None:
    """This returns the way from a position of a year end to the ledger, for a commissioner; None where one has none of it."""
    store = site_store()
    made = store.find(ledger.set_name)
    if made is None:
        return None
    return show_year_bridge(store.at(set_name, set_id), made, code=code, caption=caption, link=link)
