"""Does a journey in a process of its own, telling each step, so that it can be killed anywhere.

Arguments: `receiving` store folder, `closing` store basis, or `settling` store folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pbc.engines import open_engine
from pbc.flows.close_year import close_year
from pbc.flows.journey import Journey
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_invoices import receive_invoices
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.flows.reconcile import reconcile
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store

KEY = bytes(range(40))
POLICY = load_policy("england-2005")
YEAR = FinancialYear(2009)


def tell(message: str, done: float) -> None:
    """Write a step where the parent reads it."""
    sys.stdout.write(f"{done:.2f} {message}\n")
    sys.stdout.flush()


JOURNEY = Journey(progress=tell)


def receiving(store: Store, folder: str) -> None:
    """Receive a register, a tariff and a month."""
    with open_engine("duckdb") as engine:
        receive_register(store, Path(folder), key=KEY, engine=engine, journey=JOURNEY)
        receive_tariff(store, Path(folder), year=YEAR, journey=JOURNEY)
        receive_delivery(
            store, Path(folder), month=Month(2009, 5), key=KEY, engine=engine, policy=POLICY, journey=JOURNEY
        )


def closing(store: Store, basis: str) -> None:
    """Set a year's budgets, state its last month and close it."""
    with open_engine("duckdb") as engine:
        set_budgets(store, year=YEAR, basis=basis, policy=POLICY, engine=engine, journey=JOURNEY)
        state_month(store, month=Month.of(YEAR.end), policy=POLICY, engine=engine, journey=JOURNEY)
        close_year(store, year=YEAR, policy=POLICY, engine=engine, journey=JOURNEY)


def settling(store: Store, folder: str) -> None:
    """Receive the last invoices of a year with its settlement, and reconcile it on to them."""
    month, last = Month.of(YEAR.end), Month.of(YEAR.end).plus(2)
    with open_engine("duckdb") as engine:
        receive_invoices(store, Path(folder), month=last, key=None, engine=engine, journey=JOURNEY)
        reconcile(store, month=month, policy=POLICY, engine=engine, journey=JOURNEY)
        reconcile(store, month=month, policy=POLICY, engine=engine, journey=JOURNEY, read_to=last)


if __name__ == "__main__":
    {"receiving": receiving, "closing": closing, "settling": settling}[sys.argv[1]](
        Store(Path(sys.argv[2])), sys.argv[3]
    )
    tell("Finished", 1.0)
