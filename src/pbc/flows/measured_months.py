"""A measure counted over a run of months, from the records of all deliveries held, at one year's prices."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine
from pbc.errors import MissingFigure
from pbc.flows.cells_held import Deliveries
from pbc.flows.cost_delivery import cost_year, take_prices
from pbc.methods.variation import Measure, count_measure, count_person_months, place_ages
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import PublishedSet, Store
from pbc.tables import ACTIVITY_FACTS


@dataclass(frozen=True)
class Measured:
    """Contacts by practice, sex and age band, person-months of the lists, and squares over people, of some months."""

    placed: pl.DataFrame
    person_months: pl.DataFrame
    people: pl.DataFrame
    months_count: int


def count_months(
    activity: Deliveries,
    engine: Engine,
    *,
    register: PublishedSet,
    tariff: PublishedSet,
    measure: Measure,
    months: list[Month],
    practices: list[str],
    policy: Policy,
) -> Measured:
    """This returns a measure of the months given, of some practices alone.

    Every contact is costed at the prices of one tariff, whatever year it was in, so that prices never look like a change.
    Months left out between others are left out of lists and contacts alike.
    """
    facts = activity.relation(ACTIVITY_FACTS.name, engine, ACTIVITY_FACTS.sql_columns)
    prices = take_prices(engine, tariff)
    price_year = FinancialYear.parse(tariff.name.partition("/")[2])
    costed = engine.union(
        [
            cost_year(facts, prices, year=year, policy=policy, priced_as=price_year)
            for year in sorted({month.financial_year for month in months})
        ]
    )
    counted, people = count_measure(facts, costed_activity=costed, measure=measure, first=months[0], last=months[-1])
    wanted = pl.col("practice_code").is_in(practices)
    counted = counted.filter(wanted & pl.col("month").is_in([month.number for month in months]))
    lists = count_person_months(register.frame("registered_lists").filter(wanted), months=months)
    return Measured(place_ages(counted, person_months=lists), lists, people.filter(wanted), len(months))


def find_prices(store: Store, *, year: FinancialYear) -> PublishedSet:
    """This returns the tariff of a year, else of the last year before it that is held: what every month is costed at."""
    held = [name for name in store.names("tariff") if name.partition("/")[2] <= year.slug]
    if not held:
        raise MissingFigure(
            "There are no prices to cost the measure at.", where=f"store {store.path.name}", found="no tariff up to " + str(year),
            remedy="Receive a tariff first (pbc receive FOLDER --key-file FILE).",
        )  # fmt: skip
    return store.current(held[-1])
