"""The latest twelve months before a year, at that year's prices: what historic budgets are made of (R2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from pbc.engines import Engine
from pbc.flows.cells_held import Deliveries, broken_kinds, deliveries_held, lines_held, prescribing_held, tariff_frame
from pbc.methods.costing import add_up_cells, cost_activity, find_unpriced
from pbc.methods.statements.add_up import add_up_kinds, add_up_lines, price_prescribing
from pbc.periods import FinancialYear, Month
from pbc.policy import Policy
from pbc.results import Store
from pbc.tables import ACTIVITY_FACTS, PRESCRIBING_CELLS, PROVIDER_FACTORS, REJECTED_ROWS, TARIFF_PRICES, UNPLACED


@dataclass(frozen=True)
class PastActivity:
    """`kinds`: month, practice, kind of activity, count and cost at the prices of the year budgeted. `seasons`: the same
    without practices, over several years, for profiles. `unpriced`: what the new prices do not know. `spent`: as `kinds`,
    at the prices those months were paid at."""

    kinds: pl.DataFrame
    seasons: pl.DataFrame
    spent: pl.DataFrame
    unpriced: pl.DataFrame
    window: tuple[Month, Month] | None
    inputs: dict[str, str]
    is_made_up: bool


def gather_past_activity(
    store: Store, *, year: FinancialYear, policy: Policy, engine: Engine, answers: dict[str, str]
) -> PastActivity:
    """This returns the past a budget starts from; without twelve months of deliveries before the year it is empty.

    `answers` maps codes taken over by the first day of the year to who answers for them. Kinds whose grouping changed
    keep their own prices, as new ones do not know their groups. Prescribing is at net ingredient cost, the latest twelve
    months known. Only deliveries of those months are read, so that the answer does not depend on when it is asked.
    """
    start = Month.of(year.start)
    activity = deliveries_held(store, "activity", keep=lambda month: month < start)
    window = _window(activity)
    prescribing = deliveries_held(store, "prescribing", keep=lambda month: month < start)
    years = policy.whole("statements.profile_years", on=year.start)
    if window is None:
        return _nothing()
    first, last = window
    activity = Deliveries({month: held for month, held in activity.sets.items() if first <= month <= last})
    earliest = first.plus(12 - 12 * years)
    cells = deliveries_held(store, "cells", keep=lambda month: earliest <= month <= last)
    own = lines_held(cells, engine, first=earliest, last=last)
    recent = own.filter(pl.col("month") >= first.number)
    medicines = price_prescribing(
        prescribing_held(prescribing, first=earliest, last=last), earlier_cells=PRESCRIBING_CELLS.empty()
    )
    known = _latest_year(medicines)
    broken = _broken(store, year, (first, last))
    repriced, unpriced = _reprice(store, activity, engine, year, policy, window, broken)
    kept = add_up_kinds(recent.filter(pl.col("point_of_delivery").is_in(broken)))
    kinds = _placed(pl.concat([repriced, kept, known], how="diagonal_relaxed"), answers)
    spent = _placed(pl.concat([add_up_kinds(recent), known], how="diagonal_relaxed"), answers)
    return PastActivity(
        kinds=kinds,
        seasons=_seasons(own, medicines),
        spent=spent,
        unpriced=unpriced,
        window=window,
        inputs=activity.inputs | cells.inputs | prescribing.inputs,
        is_made_up=activity.is_made_up or prescribing.is_made_up,
    )


def _window(activity: Deliveries) -> tuple[Month, Month] | None:
    last = max(activity.sets, default=None)
    if last is None or any(last.plus(-back) not in activity.sets for back in range(12)):
        return None
    return last.plus(-11), last


def _nothing() -> PastActivity:
    kinds = pl.DataFrame(
        schema={
            "month": pl.Int32, "practice_code": pl.String, "point_of_delivery": pl.String,
            "activity_count": pl.Int64, "cost_pence": pl.Int64,
        }
    )  # fmt: skip
    seasons = kinds.drop("practice_code", "activity_count")
    return PastActivity(kinds, seasons, kinds, REJECTED_ROWS.empty(), None, {}, False)


def _broken(store: Store, year: FinancialYear, window: tuple[Month, Month]) -> tuple[str, ...]:
    later = tariff_frame(store, slug=year.slug)
    earlier = {month.financial_year.slug for month in window}
    return tuple(sorted({kind for slug in earlier for kind in broken_kinds(tariff_frame(store, slug=slug), later)}))


def _reprice(
    store: Store,
    activity: Deliveries,
    engine: Engine,
    year: FinancialYear,
    policy: Policy,
    window: tuple[Month, Month],
    broken: tuple[str, ...],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The facts of the window costed as if done in the year budgeted, as R2.4 asks."""
    tariff = store.current(f"tariff/{year.slug}")
    facts = activity.relation("activity_facts", engine, ACTIVITY_FACTS.sql_columns)
    prices = engine.scan(tariff.files("tariff_prices"), TARIFF_PRICES.sql_columns)
    factors = engine.scan(tariff.files("provider_factors"), PROVIDER_FACTORS.sql_columns)
    costed, missing = [], []
    for past in sorted({month.financial_year for month in window}):
        costed.append(
            cost_activity(
                facts,
                tariff_prices=prices,
                provider_factors=factors,
                financial_year=past,
                policy=policy,
                priced_as=year,
            )
        )
        missing.append(
            find_unpriced(
                facts, tariff_prices=prices, provider_factors=factors, financial_year=past, priced_as=year
            ).frame()
        )
    lines = add_up_lines(add_up_cells(engine.union(costed)), first=window[0], last=window[1]).frame()
    whole = lines.filter(~pl.col("point_of_delivery").is_in(broken))
    unpriced = pl.concat(missing).filter(~pl.col("point_of_delivery").is_in(broken))
    return add_up_kinds(whole), _reject(unpriced, year)


def _reject(unpriced: pl.DataFrame, year: FinancialYear) -> pl.DataFrame:
    """One row for each price group the budget's prices do not know, with how many records it leaves out."""
    groups = (
        unpriced.group_by("hrg_code", "point_of_delivery", "column_name")
        .len("records")
        .sort("hrg_code", "point_of_delivery", "column_name")
        .with_row_index("row_number", offset=1)
    )
    return REJECTED_ROWS.conform(
        groups.select(
            pl.lit(f"past activity at the prices of {year}").alias("delivery"),
            pl.lit("budget_lines").alias("table_name"),
            "row_number",
            "column_name",
            pl.lit("unpriced_in_budget").alias("rule"),
            pl.format("{} as {}: {} records", "hrg_code", "point_of_delivery", "records").alias("value_found"),
            pl.lit(f"a price or market forces factor of {year}").alias("value_expected"),
            pl.lit(
                "Add the price to the tariff and set the budgets again; until then these records are left out."
            ).alias("remedy"),
        )
    )


def _latest_year(medicines: pl.DataFrame) -> pl.DataFrame:
    if medicines.is_empty():
        return medicines
    last = Month.from_number(int(str(medicines["month"].max())))
    return medicines.filter(pl.col("month") >= last.plus(-11).number)


def _placed(kinds: pl.DataFrame, answers: dict[str, str]) -> pl.DataFrame:
    placed = kinds.filter(pl.col("practice_code") != UNPLACED)
    return placed.with_columns(pl.col("practice_code").replace(answers))


def _seasons(own: pl.DataFrame, medicines: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat([own, medicines], how="diagonal_relaxed")
    return both.group_by("month", "point_of_delivery").agg(pl.col("cost_pence").sum())


def who_answers(successions: pl.DataFrame, *, on: date) -> dict[str, str]:
    """This returns code to code: who answers on a day for each practice taken over by then."""
    held = successions.filter((pl.col("starts_on") <= on) & (pl.col("ends_before") > on))
    return dict(held.select("predecessor_code", "successor_code").iter_rows())
