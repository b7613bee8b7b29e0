"""The small PCT charged for: a year stated, its invoices made up, received and reconciled month by month."""

from __future__ import annotations

import json
from pathlib import Path

from tests.journeys.small_pct import POLICY, YEAR, finish_year, state

from pbc.engines import Engine
from pbc.flows.journey import Journey
from pbc.flows.make_up_invoices import make_up_invoices
from pbc.flows.receive_invoices import receive_invoices
from pbc.flows.reconcile import reconcile
from pbc.flows.set_budgets import set_budgets
from pbc.periods import Month
from pbc.results import PublishedSet, Store

INVOICE_KEY = bytes(range(7, 47))
MONTHS = list(YEAR.months())


def deliveries_folder(folder: Path) -> Path:
    """A deliveries folder that says what it is, with nothing in it yet."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"is_made_up": True, "regime": "england-2005", "commissioner_code": "ZP1", "years": ["2008-09", "2009-10"]}
    (folder / "world.json").write_text(json.dumps(said), encoding="utf-8")
    return folder


def state_months(store: Store, engine: Engine, months: list[Month]) -> None:
    """Set the year's budgets and state these months."""
    set_budgets(store, year=YEAR, basis="historic", policy=POLICY, engine=engine)
    for month in months:
        state(store, engine, month)


def charge(store: Store, folder: Path, engine: Engine) -> dict[str, dict[str, int]]:
    """Make up the invoices of every month delivered, into the folder; the errors planted in them."""
    deliveries_folder(folder)
    return make_up_invoices(store, folder, years=[YEAR], key=INVOICE_KEY, seed=11, policy=POLICY, engine=engine)


def receive(store: Store, folder: Path, engine: Engine, month: Month) -> list[PublishedSet]:
    """Take in what was charged in a month."""
    return receive_invoices(store, folder, month=month, key=None, engine=engine)


def reconcile_month(
    store: Store, engine: Engine, month: Month, read_to: Month | None = None, **more: Journey
) -> PublishedSet:
    """Reconcile a month."""
    return reconcile(store, month=month, policy=POLICY, engine=engine, read_to=read_to, **more)


def whole_year(store: Store, folder: Path, engine: Engine) -> dict[str, dict[str, int]]:
    """All twelve months delivered and stated, charged for, received and reconciled; the errors planted."""
    finish_year(store, engine)
    state_months(store, engine, MONTHS)
    planted = charge(store, folder, engine)
    for month in MONTHS:
        receive(store, folder, engine, month)
        reconcile_month(store, engine, month)
    receive(store, folder, engine, MONTHS[-1].next)
    return planted


def steps_of(found: PublishedSet, provider: str, period: str = "year_to_date") -> dict[str, int]:
    """Step to pence of one hospital."""
    rows = found.frame("reconciliation_steps").to_dicts()
    return {
        row["step"]: row["amount_pence"] for row in rows if (row["provider_code"], row["period"]) == (provider, period)
    }
