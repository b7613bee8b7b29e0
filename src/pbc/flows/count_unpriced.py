"""Counting the contacts that a statement leaves out because no price is held for them: said on its pages, never only in a store."""

from __future__ import annotations

import polars as pl

from pbc.flows.past_activity import who_answers
from pbc.methods.attribution.successions import trace_successions
from pbc.periods import FinancialYear, Month
from pbc.results import PublishedSet, Store
from pbc.tables import PROVIDER_FACTORS, TARIFF_PRICES

PRICED_BY = ["hrg_code", "point_of_delivery"]
NOBODY = {"month": pl.Int32, "practice_code": pl.String}


def count_unpriced(
    store: Store, *, cells: list[PublishedSet], month: Month, register: PublishedSet | None
) -> dict[str, int]:
    """This returns how many contacts of the year to a month have no price, by the practice that answers for them.

    `cells` are the sets a statement was made from. What no practice answers for is counted under `not-attributed`.
    A practice without such contacts is not named. Source: rules.md 8.2 P11 (no price is invented).
    """
    first = Month.of(month.financial_year.start).number
    found = [_left_out(store, each, year=month.financial_year) for each in cells]
    left_out = pl.concat([pl.DataFrame(schema=NOBODY), *found])
    heirs = who_answers(trace_successions(register.frame("memberships")), on=month.end) if register else {}
    counted = (
        left_out.filter(pl.col("month").is_between(first, month.number))
        .group_by(pl.col("practice_code").replace(heirs))
        .len()
    )
    return dict(counted.sort("practice_code").iter_rows())


def _left_out(store: Store, cells: PublishedSet, *, year: FinancialYear) -> pl.DataFrame:
    """Month and practice of each contact refused a price, held against the very tariff that the cells were costed with.

    Refusals do not say whose the record was, and must not: a record number may be an NHS number, and is then not shown.
    """
    if "rejected_rows" not in cells.tables or not cells.rows("rejected_rows"):
        return pl.DataFrame(schema=NOBODY)
    activity, tariff = cells.name.replace("cells/", "activity/"), f"tariff/{year.slug}"
    named = cells.receipt.inputs
    prices, factors = (
        (store.at(tariff, named[tariff]).frame(table.name) if tariff in named else table.empty())
        .filter(pl.col("financial_year") == year.slug)
        .select(key)
        .unique()
        .lazy()
        for table, key in ((TARIFF_PRICES, PRICED_BY), (PROVIDER_FACTORS, ["provider_code"]))
    )
    months = [month.number for month in year.months()]
    facts = (
        pl.scan_parquet(store.at(activity, named[activity]).files("activity_facts"), glob=False)
        .filter(pl.col("month").is_between(months[0], months[-1]))
        .select("month", "practice_code", "provider_code", *PRICED_BY)
    )
    no_price = facts.join(prices, on=PRICED_BY, how="anti")
    no_factor = facts.join(prices, on=PRICED_BY, how="semi").join(factors, on="provider_code", how="anti")
    return pl.concat([no_price, no_factor]).select("month", "practice_code").collect()
