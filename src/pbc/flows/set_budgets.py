"""Set the indicative budgets of a year and publish them as the year's budgets."""

from __future__ import annotations

import polars as pl

from pbc.engines import Engine
from pbc.flows.frozen import require_not_frozen
from pbc.flows.journey import Journey
from pbc.flows.make_budgets import Agreed, make_budgets
from pbc.periods import FinancialYear
from pbc.policy import Policy
from pbc.results import PublishedSet, Store


def set_budgets(
    store: Store,
    *,
    year: FinancialYear,
    basis: str,
    policy: Policy,
    engine: Engine,
    journey: Journey | None = None,
    adjustments: pl.DataFrame | None = None,
    protections: pl.DataFrame | None = None,
) -> PublishedSet:
    """This returns the set budgets/<year>: budget_lines, budget_targets, budget_profiles and the rows left out.

    `basis` is historic, fair_shares or blend. `adjustments` (BUDGET_ADJUSTMENTS) are agreed between practices,
    `protections` (BUDGET_PROTECTIONS) hold up the past of who showed a saving. Refused by name where the need, resources or
    tariff of the year are not held, or, for a historic or blended budget, the twelve months before it; and where the
    budgets of the year were agreed (adopted or amended), which only amendments change.
    """
    store, journey = store.steady(), journey or Journey()
    agreed = Agreed(adjustments, protections)
    made = make_budgets(store, year=year, basis=basis, policy=policy, engine=engine, journey=journey, agreed=agreed)
    require_not_frozen(store, year=year, by=made.receipt)
    journey.step("Publishing the budgets", 0.95)
    return store.publish(f"budgets/{year.slug}", made.tables, made.receipt)
