"""Sets a year's budgets, states its last month and closes it in a process of its own, telling each step, so that it can be
killed anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

from pbc.engines import open_engine
from pbc.flows.close_year import close_year
from pbc.flows.journey import Journey
from pbc.flows.set_budgets import set_budgets
from pbc.flows.state_month import state_month
from pbc.periods import FinancialYear, Month
from pbc.policy import load_policy
from pbc.results import Store

YEAR = FinancialYear(2009)


def tell(message: str, done: float) -> None:
    """Write a step where the parent reads it."""
    sys.stdout.write(f"{done:.2f} {message}\n")
    sys.stdout.flush()


def main(store: Store, basis: str) -> None:
    """Do the journey."""
    journey, policy = Journey(progress=tell), load_policy("england-2005")
    with open_engine("duckdb") as engine:
        set_budgets(store, year=YEAR, basis=basis, policy=policy, engine=engine, journey=journey)
        state_month(store, month=Month.of(YEAR.end), policy=policy, engine=engine, journey=journey)
        close_year(store, year=YEAR, policy=policy, engine=engine, journey=journey)
    tell("Finished", 1.0)


if __name__ == "__main__":
    main(Store(Path(sys.argv[1])), sys.argv[2])
