"""Receive one financial year's small tables: prices and contract forms, need and resources, or the register of contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.contracts_held import REGISTER
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.flows.nothing_lost import require_nothing_lost
from pbc.methods.ledger import Agreed, require_contracts
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.deliveries import read_whole_table
from pbc.sources.deliveries.small_tables import ReadTable
from pbc.sources.headings import HeadingMap
from pbc.tables import (
    COMMISSIONER_RESOURCES,
    CONTRACT_FORMS,
    CONTRACT_PLANS,
    CONTRACT_VARIATIONS,
    CONTRACTS,
    PROVIDER_FACTORS,
    TARIFF_PRICES,
    WEIGHTED_LISTS,
    Table,
)

MAY_LACK = (CONTRACT_PLANS, CONTRACT_VARIATIONS)
NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


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


def receive_contracts(
    store: Store, folder: Path | Extract, *, year: FinancialYear, policy: Policy | None = None,
    journey: Journey | None = None, headings: Sequence[HeadingMap] = (),
) -> PublishedSet | None:  # fmt: skip
    """This returns the published set `contracts/<year>`: contracts, their plans by month and their variations.

    Refused whole where `require_contracts` finds a fault, held against the contract forms of the year's tariff, which
    must have been received. Plans and variations may be left out; None where no contracts of the year are delivered.
    Accepted files that would take others' rows away are refused. `policy` is the regime's own unless given.
    Source: decision methods/0235.
    """
    extract = open_extract(folder)
    if not extract.find("contracts", year.slug, CONTRACTS.name):
        return None
    tables = [CONTRACTS, *(table for table in MAY_LACK if extract.find("contracts", year.slug, table.name))]
    read = _read(extract, "contracts", year, tables, headings)
    frames = {table.name: table.empty() for table in MAY_LACK} | {table: each.frame for table, each in read.items()}
    if extract.keeps_held:
        require_nothing_lost(store, f"contracts/{year.slug}", tables=frames)
    tariff = store.current(f"tariff/{year.slug}")
    contracts, plans, variations = (frames[table] for table in REGISTER)
    agreed = Agreed(tariff.frame("contract_forms"), contracts, plans, variations)
    require_contracts(agreed, year=year, policy=policy or load_policy(extract.regime))
    return _publish(
        store, "contracts", frames, read, extract, year=year, journey=journey or Journey(),
        inputs={tariff.name: tariff.set_id},
    )  # fmt: skip


def _receive(
    store: Store, folder: Path | Extract, kind: str, year: FinancialYear, tables: tuple[Table, ...], journey: Journey | None,
    headings: Sequence[HeadingMap],
) -> PublishedSet:  # fmt: skip
    journey = journey or Journey()
    journey.step(f"Reading the {kind} of {year}", 0.0)
    extract = open_extract(folder)
    read = _read(extract, kind, year, tables, headings)
    frames = {table: each.frame for table, each in read.items()}
    return _publish(store, kind, frames, read, extract, year=year, journey=journey)


def _read(
    extract: Extract, kind: str, year: FinancialYear, tables: Sequence[Table], headings: Sequence[HeadingMap]
) -> dict[str, ReadTable]:
    read = {}
    for table in tables:
        path = extract.need(kind, year.slug, table.name)[0]
        read[table.name] = read_whole_table(path, table, delivery=f"{kind}/{year.slug}", headings=headings)
        _require_year(read[table.name].frame, table.name, year)
    return read


def _publish(
    store: Store, kind: str, frames: Mapping[str, pl.DataFrame], read: Mapping[str, ReadTable], extract: Extract, *,
    year: FinancialYear, journey: Journey, inputs: Mapping[str, str] = NOTHING_ELSE,
) -> PublishedSet:  # fmt: skip
    return store.publish(
        f"{kind}/{year.slug}",
        {**frames, "rejected_rows": pl.concat([each.rejected for each in read.values()])},
        Receipt(
            flow=f"receive_{kind}",
            inputs={file: mark for each in read.values() for file, mark in each.fingerprints.items()} | dict(inputs),
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
