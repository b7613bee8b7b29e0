"""Cost what a delivery brought, at the prices of each contact's own year, and add it up to monthly cells."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine, Relation
from pbc.flows.journey import Journey
from pbc.methods.costing import (
    add_up_cells,
    cost_activity,
    find_unpriced,
    list_not_attributed,
    list_years,
    reject_unpriced,
)
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import ACTIVITY_FACTS, PROVIDER_FACTORS, TARIFF_PRICES


@dataclass(frozen=True)
class Prices:
    """The price list and factors of a year inside an engine; `source` is their set, None where no tariff is held."""

    prices: Relation
    factors: Relation
    source: PublishedSet | None


def cost_delivery(
    store: Store, *, month: Month, engine: Engine, policy: Policy, journey: Journey | None = None
) -> PublishedSet:
    """This returns the published set `cells/<month>`: the delivery's cells, what stands not attributed, what has no price.

    Plan prices are those of the tariff that the year's budget was set with, where a later tariff has replaced it.
    Run it again when the tariff has changed. Source: performance.md 6b; rules.md 8.2.
    """
    store, journey = store.steady(), journey or Journey()
    journey.step(f"Costing the delivery of {month.title}", 0.0)
    activity = store.current(f"activity/{month}")
    facts = engine.scan(activity.files(ACTIVITY_FACTS.name), ACTIVITY_FACTS.sql_columns)
    years = sorted({*list_years(facts), month.financial_year})
    now = {year: take_prices(engine, store.find(f"tariff/{year.slug}")) for year in years}
    plan = {year: take_prices(engine, found) for year in years if (found := _replaced_tariff(store, year))}
    costed = {year: cost_year(facts, now[year], year=year, policy=policy) for year in years}
    planned = {
        year: cost_year(facts, plan[year], year=year, policy=policy) if year in plan else costed[year] for year in years
    }
    journey.step("Adding up cells", 0.3)
    whole = engine.union(list(costed.values()))
    return store.publish(
        f"cells/{month}",
        {
            "activity_cells": add_up_cells(whole, plan_costed=engine.union(list(planned.values())) if plan else None),
            "not_attributed": list_not_attributed(whole),
            "rejected_rows": pl.concat([_refuse(facts, now[year], year, month) for year in years]),
        },
        _receipt(activity, now, plan, policy, engine, journey),
    )


def take_prices(engine: Engine, tariff: PublishedSet | None) -> Prices:
    """This returns a tariff's tables as relations, empty tables where no tariff is held: nothing can then be costed."""
    tables = TARIFF_PRICES, PROVIDER_FACTORS
    prices, factors = (
        engine.adopt(tariff.frame(table.name) if tariff else table.empty(), table.sql_columns) for table in tables
    )
    return Prices(prices, factors, tariff)


def cost_year(
    facts: Relation, prices: Prices, *, year: FinancialYear, policy: Policy, priced_as: FinancialYear | None = None
) -> Relation:
    """This returns COSTED_ACTIVITY of a year's contacts; `priced_as` costs them for a plan at another year's prices."""
    return cost_activity(
        facts, tariff_prices=prices.prices, provider_factors=prices.factors, financial_year=year, policy=policy,
        priced_as=priced_as,
    )  # fmt: skip


def _replaced_tariff(store: Store, year: FinancialYear) -> PublishedSet | None:
    """The tariff that the year's budget was set with, if it is no longer the one in force."""
    name = f"tariff/{year.slug}"
    budgets, tariff = store.find(f"budgets/{year.slug}"), store.find(name)
    if budgets is None or tariff is None:
        return None
    set_with = budgets.receipt.inputs.get(name, tariff.set_id)
    return None if set_with == tariff.set_id else store.at(name, set_with)


def _refuse(facts: Relation, prices: Prices, year: FinancialYear, month: Month) -> pl.DataFrame:
    unpriced = find_unpriced(
        facts, tariff_prices=prices.prices, provider_factors=prices.factors, financial_year=year
    ).frame()
    return reject_unpriced(unpriced, delivery=str(month), financial_year=year)


def _receipt(
    activity: PublishedSet,
    now: dict[FinancialYear, Prices],
    plan: dict[FinancialYear, Prices],
    policy: Policy,
    engine: Engine,
    journey: Journey,
) -> Receipt:
    inputs = {activity.name: activity, **{each.source.name: each.source for each in now.values() if each.source}}
    return Receipt(
        flow="cost_delivery",
        inputs={name: source.set_id for name, source in inputs.items()},
        parameters={f"plan {each.source.name}": each.source.set_id for each in plan.values() if each.source},
        regime=policy.regime,
        policy=policy.fingerprint,
        engine=engine.name,
        is_made_up=any(source.receipt.is_made_up for source in inputs.values()),
        made_at=journey.made_at,
    )
