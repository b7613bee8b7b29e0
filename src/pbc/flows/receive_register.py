"""Receive the register: who is registered where and when, and who belongs to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pbc.engines import Engine
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.methods.population.count_lists import count_lists
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.deliveries import Read, ReadTable, read_registrations, read_whole_table
from pbc.sources.headings import HeadingMap
from pbc.sources.pseudonym import require_same_fingerprint, require_same_key
from pbc.tables import MEMBERSHIPS, ORGANISATIONS, PRACTICES, Table

COMMISSIONERS = ("pct", "ccg", "sub_icb", "icb")  # kinds of organisation that pay
TABLES: tuple[Table, ...] = (ORGANISATIONS, PRACTICES, MEMBERSHIPS)


def receive_register(
    store: Store,
    folder: Path | Extract,
    *,
    key: bytes | None,
    engine: Engine,
    journey: Journey | None = None,
    days: Sequence[date] | None = None,
    headings: Sequence[HeadingMap] = (),
) -> PublishedSet:
    """This returns the published set `register`: organisations, practices, memberships, registrations, registered lists.

    Lists are counted on `days`, by default the first of every month of the extract's years. Registrations lose their
    NHS numbers on reading (`key`) and those refused stand in `rejected_rows`; one bad row of a small table refuses it.
    No `key` is needed where they are pseudonymised. A key other than the register in force was read with is refused.
    Source: house.md, decide once on the way in.
    """
    journey = journey or Journey()
    extract = open_extract(folder)
    held = store.find("register")
    if held and key:
        require_same_key(key, fingerprint=held.receipt.parameters["key"])
    journey.step("Reading organisations, practices and memberships", 0.0)
    small = {
        table.name: read_whole_table(
            extract.need("register", table.name)[0], table, delivery="register", headings=headings
        )
        for table in TABLES
    }
    _require_commissioners(extract, small[ORGANISATIONS.name].frame)
    journey.step("Reading registrations", 0.1)
    read = read_registrations(
        engine, extract.need("register", "registrations"), key=key, delivery="register", headings=headings
    )
    if held:
        require_same_fingerprint(
            read.key_fingerprint, fingerprint=held.receipt.parameters["key"], where="registrations"
        )
    journey.step("Counting lists and publishing the register", 0.6)
    reads: tuple[Read | ReadTable, ...] = (*small.values(), read)
    published = store.publish(
        "register",
        {
            **{name: each.frame for name, each in small.items()},
            "registrations": read.rows,
            "registered_lists": count_lists(read.rows, days=days or _first_days(extract)),
            "rejected_rows": pl.concat([each.rejected for each in reads]),
        },
        Receipt(
            flow="receive_register",
            inputs={name: mark for each in reads for name, mark in each.fingerprints.items()},
            parameters={
                "commissioners": " ".join(extract.commissioners),
                "days": _named(days, extract),
                "key": read.key_fingerprint,
            },
            regime=extract.regime,
            engine=engine.name,
            is_made_up=extract.is_made_up,
            made_at=journey.made_at,
        ),
    )
    read.release()
    return published


def _require_commissioners(extract: Extract, organisations: pl.DataFrame) -> None:
    held = organisations.filter(pl.col("organisation_kind").is_in(COMMISSIONERS))["organisation_code"].to_list()
    unknown = [code for code in extract.commissioners if code not in held]
    if unknown:
        raise RefusedInput(
            "world.json names a commissioner that the register does not have.", where="world.json, commissioner_code",
            found=", ".join(unknown), expected=f"one of {', '.join(sorted(held)) or 'the register, which names none'}",
            remedy="Correct world.json, or add the commissioner to register/organisations.csv.",
        )  # fmt: skip


def _first_days(extract: Extract) -> list[date]:
    return [month.start for year in extract.years for month in year.months()]


def _named(days: Sequence[date] | None, extract: Extract) -> str:
    if days is None:
        return f"first of each month of {' '.join(year.slug for year in extract.years)}"
    return " ".join(day.isoformat() for day in sorted(days))
