"""What made-up hospitals charge in the demonstration, received in its own time and held against what care cost."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pbc.engines import Engine
from pbc.flows.journey import Journey
from pbc.flows.make_up_invoices import make_up_invoices
from pbc.flows.receive_invoices import receive_invoices
from pbc.flows.reconcile import reconcile
from pbc.money import pounds
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import Store

RECONCILED = 6  # months, the newest: as far back as differences can be seen to age
SEED = 2009


def charge_and_reconcile(
    store: Store, deliveries: Path, folder: Path, *, year: FinancialYear, key: bytes, policy: Policy, engine: Engine, way: Journey
) -> str:  # fmt: skip
    """This returns what the newest month's ledger shows, having charged for a year into `folder` and reconciled its last months."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(deliveries / "world.json", folder / "world.json")  # says that it is made up, and whose world it is
    make_up_invoices(
        store, folder, year=year, key=key, seed=SEED, policy=policy, engine=engine, journey=way.part(0.0, 0.1)
    )
    months = list(year.months())
    for at, month in enumerate(months):  # what comes after the year's end waits to be accepted on the pages
        part = _dated(way.part(0.1 + 0.03 * at, 0.13 + 0.03 * at), month, days=10)
        receive_invoices(store, folder, month=month, key=key, engine=engine, journey=part)
    newest = months[-RECONCILED:]
    for at, month in enumerate(newest):
        part = _dated(way.part(0.5 + 0.5 * at / len(newest), 0.5 + 0.5 * (at + 1) / len(newest)), month, days=28)
        found = reconcile(store, month=month, policy=policy, engine=engine, journey=part)
    position = found.frame("ledger_positions")
    invoiced, named, rest = (
        pounds(int(position[f"{name}_pence"].sum())) for name in ("invoiced", "named", "unexplained")
    )
    return f"{found.name}: hospitals invoiced {invoiced}; {named} of it differs from the bill by a name, {rest} is unexplained."


def _dated(way: Journey, month: Month, *, days: int) -> Journey:
    return replace(way, made_at=f"{month.end + timedelta(days=days)}T09:00:00Z")
