"""Receives a register, a tariff and a month in a process of its own, telling each step, so that it can be killed anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

from pbc.engines import open_engine
from pbc.flows.journey import Journey
from pbc.flows.receive_delivery import receive_delivery
from pbc.flows.receive_register import receive_register
from pbc.flows.receive_tables import receive_tariff
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store

KEY = bytes(range(40))
MONTH = Month(2009, 5)


def tell(message: str, done: float) -> None:
    """Write a step where the parent reads it."""
    sys.stdout.write(f"{done:.2f} {message}\n")
    sys.stdout.flush()


def main(store: Store, folder: Path) -> None:
    """Do the journey."""
    journey = Journey(progress=tell)
    with open_engine("duckdb") as engine:
        receive_register(store, folder, key=KEY, engine=engine, journey=journey)
        receive_tariff(store, folder, year=FinancialYear(2009), journey=journey)
        receive_delivery(
            store, folder, month=MONTH, key=KEY, engine=engine, policy=load_policy("england-2005"), journey=journey
        )
    tell("Finished", 1.0)


if __name__ == "__main__":
    main(Store(Path(sys.argv[1])), Path(sys.argv[2]))
