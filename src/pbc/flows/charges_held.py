"""Both sides of a year to date, gathered from the store: what we hold and what it costs, what was charged, and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pbc.engines import Engine, Relation
from pbc.flows.cells_held import Deliveries, deliveries_held
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.flows.receive_invoices import BACKING, INVOICED, LEDGER
from pbc.methods.reconciliation import number_charges, place_records
from pbc.methods.reconciliation.match_charges import CHARGES
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store
from pbc.tables import (
    ACTIVITY_FACTS,
    CHARGED_ACTIVITY,
    COSTED_ACTIVITY,
    INVOICE_LINES,
    INVOICES,
    LEDGER_ENTRIES,
    MONITORED_TOTALS,
    Table,
)


@dataclass(frozen=True)
class Reading:
    """How far a reconciliation reads: activity up to `month`, deliveries of any kind up to `until`."""

    month: Month
    until: Month

    @property
    def first(self) -> Month:
        """The first month of the year."""
        return next(self.month.financial_year.months())

    @property
    def months(self) -> list[int]:
        """The months of the year to date."""
        return [each.number for each in self.month.financial_year.months() if each <= self.month]

    def keep(self, delivered: Month) -> bool:
        """This returns whether a delivery of this month is read."""
        return self.first <= delivered <= self.until


@dataclass
class Records:
    """Our records inside an engine, and the sets they came from; `first` are those that came before the ones in force."""

    rows: Relation
    activity: dict[str, PublishedSet] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)


def gather_records(store: Store, cells: Deliveries, *, reading: Reading, engine: Engine, policy: Policy) -> Records:
    """This returns our records of the year to date at what they cost, beside what they cost as first delivered.

    They are costed as their cells were: from the facts and the price list that each set of cells names.
    """
    year = reading.month.financial_year
    found = Records(engine.adopt(COSTED_ACTIVITY.empty(), COSTED_ACTIVITY.sql_columns))
    now, first = [found.rows], [found.rows]
    for delivered, held in cells.sets.items():
        if not reading.keep(delivered):
            continue
        inputs, name = held.receipt.inputs, f"activity/{delivered}"
        activity, tariff = store.at(name, inputs[name]), f"tariff/{year.slug}"
        prices = take_prices(engine, store.at(tariff, inputs[tariff]) if tariff in inputs else None)
        earliest = store.history(name)[0]
        found.activity[name] = activity
        found.first |= {f"first {name}": earliest.set_id} if earliest.set_id != activity.set_id else {}
        for held_set, into, until in ((activity, now, ""), (earliest, first, f" AND month = {delivered.number}")):
            facts = engine.scan(held_set.files(ACTIVITY_FACTS.name), ACTIVITY_FACTS.sql_columns)
            costed = cost_year(facts, prices, year=year, policy=policy)
            wanted = f"SELECT * FROM {costed.name} WHERE month <= {reading.month.number}{until}"
            into.append(engine.view(wanted, COSTED_ACTIVITY.sql_columns))
    return Records(place_records(engine.union(now), first=engine.union(first)), found.activity, found.first)


@dataclass(frozen=True)
class Charged:
    """What was charged and posted: invoices and their lines, charges inside an engine, totals, the ledger's entries."""

    invoices: pl.DataFrame
    invoice_lines: pl.DataFrame
    charges: Relation
    totals: pl.DataFrame
    ledger_entries: pl.DataFrame
    sets: dict[str, PublishedSet]

    @property
    def to_pay(self) -> pl.DataFrame:
        """Invoices but for settlements."""
        return self.invoices.filter(pl.col("invoice_kind") != "settlement")


def gather_charged(store: Store, *, reading: Reading, engine: Engine) -> Charged:
    """This returns the other side of a year to date. An invoice counts by its month, not by when it was delivered."""
    held = {kind: deliveries_held(store, kind, keep=reading.keep) for kind in (INVOICED, BACKING, LEDGER)}
    numbered = [
        number_charges(
            engine.scan(found.files(CHARGED_ACTIVITY.name), CHARGED_ACTIVITY.sql_columns), delivery=str(delivered)
        )
        for delivered, found in held[BACKING].sets.items()
    ]
    nothing = CHARGED_ACTIVITY.empty().with_columns(charge_id=pl.lit("", dtype=pl.String))
    invoices = _frame(held[INVOICED], INVOICES).filter(pl.col("invoice_month").is_in(reading.months))
    key = list(INVOICES.key)
    to_pay = invoices.filter(pl.col("invoice_kind") != "settlement").select(key)
    return Charged(
        invoices=invoices,
        invoice_lines=_frame(held[INVOICED], INVOICE_LINES).join(to_pay, on=key, how="semi"),
        charges=engine.union([engine.adopt(nothing, CHARGES), *numbered]),
        totals=_frame(held[BACKING], MONITORED_TOTALS),
        ledger_entries=_frame(held[LEDGER], LEDGER_ENTRIES).filter(pl.col("month").is_in(reading.months)),
        sets={each.name: each for found in held.values() for each in found.sets.values()},
    )


def _frame(deliveries: Deliveries, table: Table) -> pl.DataFrame:
    return deliveries.frame(table.name, table.empty())
