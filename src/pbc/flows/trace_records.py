"""The records and prices behind a figure: counted by delivery and by price group, never shown one by one."""

from __future__ import annotations

import polars as pl

from pbc.flows.trace import Archive, Query
from pbc.periods import Month
from pbc.reports.explanation import PriceShown, RecordsCounted
from pbc.results import Figure, PublishedSet
from pbc.tables import ALL, POOLED

MOST_PRICES = 10


def trace_records(
    archive: Archive, published: PublishedSet, *, query: Query
) -> tuple[tuple[RecordsCounted, ...], tuple[PriceShown, ...]]:
    """This returns how many records of each delivery stand behind a figure, and the tariff rows that price most of them.

    Records are counted among the deliveries that the set's receipt names. Restricted kinds are priced in a pooled line
    and stay nameless here too.
    """
    counted, kinds = [], []
    for delivery in archive.deliveries(published, "cells"):
        activity = archive.input(delivery, "activity")
        if activity is None:
            continue
        rows = _matching(archive, published, activity, query)
        if rows.height:
            counted.append(RecordsCounted(activity.name, activity.set_id, int(rows["records_count"].sum())))
            kinds.append(rows)
    return tuple(counted), _prices(archive, published, kinds)


def _matching(archive: Archive, published: PublishedSet, activity: PublishedSet, query: Query) -> pl.DataFrame:
    facts = archive.facts_of_practice(published, activity, query.practice_code, year_later=query.year_later)
    wanted = pl.col("month").is_between(query.first.number, query.last.number)
    wanted &= pl.col("point_of_delivery").is_in(query.pods)
    if query.provider_code:
        wanted &= pl.col("provider_code") == query.provider_code
    if query.treatment_function_code:
        wanted &= pl.col("treatment_function_code") == query.treatment_function_code
    return facts.filter(wanted)


def _prices(archive: Archive, published: PublishedSet, kinds: list[pl.DataFrame]) -> tuple[PriceShown, ...]:
    if not kinds:
        return ()
    key = ["hrg_code", "point_of_delivery", "month"]
    counts: dict[tuple[str, str, str], int] = {}
    for hrg, pod, month, records in pl.concat(kinds).select(*key, "records_count").iter_rows():
        year = Month.from_number(month).financial_year.slug
        counts[year, hrg, pod] = counts.get((year, hrg, pod), 0) + records
    most = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST_PRICES]
    return tuple(_price(archive, published, *group, records) for group, records in most)


def _price(archive: Archive, published: PublishedSet, year: str, hrg: str, pod: str, records: int) -> PriceShown:
    name = f"tariff/{year}"
    tariff = archive.named(published, name)
    row = archive.row(tariff, "tariff_prices", (year, hrg, pod)) if tariff else None
    if tariff is None or row is None:
        source = "pooled with other restricted kinds" if hrg == POOLED else "the tariff behind this set has no such row"
        return PriceShown(hrg, pod, year, records, None, source)
    key = tuple(str(row[column]) for column in ALL["tariff_prices"].key)
    figure = str(Figure(tariff.name, tariff.set_id, "tariff_prices", key, "price_pence"))
    return PriceShown(hrg, pod, year, records, row["price_pence"], row["source"], figure)
