"""Receive one financial year's small tables: prices and contracts, or need and resources."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.periods import FinancialYear
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.deliveries import read_whole_table
from pbc.sources.headings import HeadingMap
from pbc.tables import COMMISSIONER_RESOURCES, CONTRACT_FORMS, PROVIDER_FACTORS, TARIFF_PRICES, WEIGHTED_LISTS, Table


def receive_tariff(
    store: Store, folder: Path | Extract, *, year: FinancialYear, journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
) -> PublishedSet:  # fmt: skip
    """This returns the published set `tariff/<year>`: prices, market forces factors and contract forms of the year.

    A row of another year, or one that cannot be read, refuses the whole year. Source: rules.md 8.2.
    """
    return _receive(store, folder, "tariff", year, (TARIFF_PRICES, PROVIDER_FACTORS, CONTRACT_FORMS), journey, headings)


def receive_need(
    store: Store, folder: Path | Extract, *, year: FinancialYear, journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
) -> PublishedSet:  # fmt: skip
    """This returns the published set `need/<year>`: weighted lists and the commissioner's resources of the year."""
    return _receive(store, folder, "need", year, (WEIGHTED_LISTS, COMMISSIONER_RESOURCES), journey, headings)


def _receive(
    store: Store, folder: Path | Extract, kind: str, year: FinancialYear, tables: tuple[Table, ...], journey: Journey | None,
    headings: Sequence[HeadingMap],
) -> PublishedSet:  # fmt: skip
    journey = journey or Journey()
    name = f"{kind}/{year.slug}"
    journey.step(f"Reading the {kind} of {year}", 0.0)
    extract = open_extract(folder)
    read = {
        table.name: read_whole_table(
            extract.need(kind, year.slug, table.name)[0], table, delivery=name, headings=headings
        )
        for table in tables
    }
    for table, each in read.items():
        _require_year(each.frame, table, year)
    return store.publish(
        name,
        {
            **{table: each.frame for table, each in read.items()},
            "rejected_rows": pl.concat([each.rejected for each in read.values()]),
        },
        Receipt(
            flow=f"receive_{kind}",
            inputs={file: mark for each in read.values() for file, mark in each.fingerprints.items()},
            parameters={"financial_year": year.slug, "commissioners": " ".join(extract.commissioners)},
            regime=extract.regime,
            is_made_up=extract.is_made_up,
            made_at=journey.made_at,
        ),
    )


def _require_year(rows: pl.DataFrame, table: str, year: FinancialYear) -> None:
    column = "list_year" if table == WEIGHTED_LISTS.name else "financial_year"
    others = rows.filter(pl.col(column) != year.slug)[column]
    if others.len():
        raise RefusedInput(
            "A row belongs to another year than its folder.", where=f"{table}, column {column}", found=others[0],
            expected=year.slug, remedy="Move the row to the folder of its own year.",
        )  # fmt: skip
