"""Reconciliations, the journal and the register of contracts as pages read them: by the set that is in force now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.contracts_held import contracts_of
from pbc.flows.receive_invoices import BACKING, INVOICED, LEDGER
from pbc.flows.reconcile import reconciliation_name
from pbc.flows.show_reconciliation import Accounts, show_reconciliation
from pbc.flows.show_reconciliation import journal_of as drawn_from
from pbc.periods import FinancialYear, Month
from pbc.reports.reconciliation import JournalMaterial, ReconciliationMaterial
from pbc.reports.settlement import is_settled
from pbc.results import PublishedSet, Store
from pbc.results.figures import figure_ids
from pbc_web.runs.reading import site_store

KEPT = 6  # reconciliations that are remembered: their differences line by line are many
KIND = "reconciliation"
ON = "-to-"  # between a month and the later one it reads on to, in an address
REGISTER = ("contracts", "contract_plans", "contract_variations")
FORMS = "contract_forms"


@dataclass(frozen=True, order=True)
class Reconciled:
    """A month that is or may be reconciled, with the later month whose deliveries are read too, as a year end wants it."""

    month: Month
    read_to: Month | None = None

    @classmethod
    def parse(cls, slug: str) -> Reconciled:
        """This returns what stands in an address: 2009-09, or 2010-03-to-2010-06. Anything else is refused."""
        first, _, last = slug.partition(ON)
        return cls(Month.parse(first), Month.parse(last) if last else None)

    @property
    def slug(self) -> str:
        """This returns it as it stands in addresses."""
        return f"{self.month}{ON}{self.read_to}" if self.read_to else str(self.month)

    @property
    def set_name(self) -> str:
        """This returns the name its set is published under."""
        return reconciliation_name(self.month, read_to=self.read_to)

    @property
    def title(self) -> str:
        """This returns it in words."""
        return self.month.title + (f", read on to {self.read_to.title}" if self.read_to else "")


@dataclass(frozen=True)
class Register:
    """What was agreed for a year: contracts, lines, months and variations, each row with its figure id; and the sets they stand in."""

    year: FinancialYear
    tables: dict[str, pl.DataFrame]
    sets: tuple[tuple[str, str], ...]
    is_made_up: bool

    def rows(self, table: str, **own: object) -> list[dict]:
        """This returns the rows of a table with these values."""
        found = self.tables[table]
        return found.filter(*(pl.col(name) == value for name, value in own.items())).to_dicts()


def reconciled_periods() -> list[Reconciled]:
    """This returns what is reconciled, newest first; of one month the one that reads furthest."""
    found = []
    for name in site_store().names(KIND):
        _, month, *rest = name.split("/")
        found.append(Reconciled(Month.parse(month), Month.parse(rest[0].removeprefix("to-")) if rest else None))
    return sorted(found, key=lambda each: (each.month, each.read_to or each.month), reverse=True)


@dataclass(frozen=True)
class MonthHeld:
    """What a month's reconciliation is made of, and whether it was made since the last of it came."""

    month: Month
    has_statement: bool
    has_invoices: bool
    has_backing: bool
    has_ledger: bool
    is_reconciled: bool
    came_since: bool

    @property
    def state(self) -> str:
        """This returns where it stands, in words."""
        if self.is_reconciled:
            return "Reconciled; more came since, so do it again" if self.came_since else "Reconciled"
        if not self.has_statement:
            return "Needs its statement first"
        return "Can be reconciled" if self.has_invoices else "Needs its invoices first"


def months_held(*, at_most: int = 6) -> list[MonthHeld]:
    """This returns the newest months of which a statement, invoices or a ledger is held, newest first."""
    store = site_store().steady()
    months = {name.partition("/")[2] for kind in ("statement", INVOICED, LEDGER) for name in store.names(kind)}
    return [_held(store, Month.parse(month)) for month in sorted(months, reverse=True)[:at_most]]


def _held(store: Store, month: Month) -> MonthHeld:
    statement, *parts = (store.find(f"{kind}/{month}") for kind in ("statement", INVOICED, BACKING, LEDGER))
    made = store.find(reconciliation_name(month))
    ours = {each.name: each.set_id for each in (statement, *parts) if each is not None}
    came_since = made is not None and any(made.receipt.inputs.get(name) != set_id for name, set_id in ours.items())
    invoices, backing, ledger = (each is not None for each in parts)
    return MonthHeld(month, statement is not None, invoices, backing, ledger, made is not None, came_since)


def months_to_reconcile() -> list[Month]:
    """This returns the months that have a statement, newest first: only those can be reconciled."""
    return sorted((Month.parse(name.partition("/")[2]) for name in site_store().names("statement")), reverse=True)


def reconciliation_of(period: Reconciled) -> ReconciliationMaterial | None:
    """This returns a reconciliation as made last, or None where there is none."""
    store = site_store()
    held = store.find(period.set_name)
    return None if held is None else _material(store.path, held.set_id, period)


@lru_cache(maxsize=KEPT)
def _material(path: Path, set_id: str, period: Reconciled) -> ReconciliationMaterial:
    return show_reconciliation(Store(path), month=period.month, read_to=period.read_to)


def journal_of(material: ReconciliationMaterial, *, commissioner: str, accounts: dict[str, str]) -> JournalMaterial:
    """This returns the journal that brings a ledger to what is owed; `accounts`: the codes by the names that `Accounts` has."""
    return drawn_from(material, commissioner=commissioner, accounts=Accounts(**accounts))


def settled_payers(period: Reconciled) -> frozenset[str]:
    """This returns the commissioners whose year a reading shows as settled, by code; read of the page of the ledger alone."""
    store = site_store()
    held = store.find(period.set_name)
    return _settled(store.path, held.set_id, period.set_name) if held else frozenset()


@lru_cache(maxsize=128)
def _settled(path: Path, set_id: str, set_name: str) -> frozenset[str]:
    rows = Store(path).current(set_name).frame("ledger_positions").to_dicts()
    return frozenset(row["commissioner_code"] for row in rows if is_settled(row))


def later_reading(period: Reconciled) -> Reconciled | None:
    """This returns the newest reading of the same year made of a later month, or further on; None where this is the newest."""
    newest = next(each for each in reconciled_periods() if each.month.financial_year == period.month.financial_year)
    return None if newest == period else newest


def years_of_contracts() -> list[FinancialYear]:
    """This returns the years whose contracts are held, newest first."""
    found = (FinancialYear.parse(name.partition("/")[2]) for name in site_store().names("contracts"))
    return sorted(found, key=lambda year: year.slug, reverse=True)


def register_of(year: FinancialYear) -> Register | None:
    """This returns what was agreed for a year, or None where no register of it is held."""
    store = site_store()
    contracts, tariff = store.find(contracts_of(year)), store.find(f"tariff/{year.slug}")
    if contracts is None:
        return None
    tables = {name: _with_ids(contracts, name) for name in REGISTER}
    if tariff is None or FORMS not in tariff.tables:
        raise RefusedInput("The lines of these contracts are not held.", where=f"tariff/{year.slug}", expected=FORMS)
    tables[FORMS] = _with_ids(tariff, FORMS)
    sets = tuple((held.name, held.set_id) for held in (contracts, tariff))
    return Register(year, tables, sets, contracts.receipt.is_made_up)


def _with_ids(held: PublishedSet, table: str) -> pl.DataFrame:
    rows = held.frame(table)
    return rows.with_columns(figure_ids(held.name, held.set_id, table, rows))
