"""Check one file of a delivery without taking it in: which layout it has, and what is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pbc.engines import Engine
from pbc.flows.journey import Journey
from pbc.sources.delimited import recognise
from pbc.sources.deliveries import (
    read_accident_and_emergency,
    read_admitted_care,
    read_outpatients,
    read_prescribing,
    read_referrals,
    read_registrations,
    read_table_file,
)
from pbc.sources.deliveries.hospital_samples import (
    read_hes_accident_and_emergency,
    read_hes_admitted_care,
    read_hes_outpatients,
)
from pbc.sources.deliveries.small_tables import layout_of
from pbc.sources.layout import read_layouts
from pbc.sources.published import reading
from pbc.sources.published.checking import READERS as PUBLISHED
from pbc.sources.published.checking import WORKBOOKS, Judged, judge_published, judge_workbook
from pbc.sources.rejects import empty_rejects
from pbc.tables import (
    COMMISSIONER_RESOURCES,
    CONTRACT_FORMS,
    MEMBERSHIPS,
    ORGANISATIONS,
    PRACTICES,
    PROVIDER_FACTORS,
    TARIFF_PRICES,
    WEIGHTED_LISTS,
)

CHECKING_KEY = sha256(b"checking only: every pseudonym made with this key is thrown away").digest()
READERS: Mapping[str, Any] = {
    "admitted_care": read_admitted_care,
    "outpatients": read_outpatients,
    "accident_and_emergency": read_accident_and_emergency,
    "referrals": read_referrals,
    "registrations": read_registrations,
    "hes_admitted_care": read_hes_admitted_care,
    "hes_outpatients": read_hes_outpatients,
    "hes_accident_and_emergency": read_hes_accident_and_emergency,
}
PRESCRIBING = ("pdpi", "epd")
TABLES = {
    table.name: table
    for table in (
        ORGANISATIONS, PRACTICES, MEMBERSHIPS, TARIFF_PRICES, PROVIDER_FACTORS, CONTRACT_FORMS, WEIGHTED_LISTS,
        COMMISSIONER_RESOURCES,
    )
}  # fmt: skip


class _Held(Protocol):
    rejected: pl.DataFrame
    counts: dict[str, int]


@dataclass(frozen=True)
class Checked:
    """What a check found: the layout by name and title, the counts, and a row of REJECTED_ROWS for every fault.

    `left_out` are rows that the reader of a published file leaves out for a known reason, alike; `notes` is what else
    that reader says of the file.
    """

    layout: str
    title: str
    counts: dict[str, int]
    rejected: pl.DataFrame
    left_out: pl.DataFrame = field(default_factory=empty_rejects)
    notes: tuple[str, ...] = ()


def check_file(path: Path, *, engine: Engine, delivery: str = "check", journey: Journey | None = None) -> Checked:
    """This returns what is wrong with one file, and raises the refusal of a file that cannot be read at all.

    Nothing is stored. `delivery`, if it names a month, refuses days after it. No key is needed: the pseudonyms made to
    check are thrown away.
    """
    journey = journey or Journey()
    journey.step(f"Recognising {path.name}", 0.0)
    if path.suffix.lower() in WORKBOOKS:
        return _judged(path.stem, judge_workbook(path))
    known = [*read_layouts(), *map(layout_of, TABLES.values()), *read_layouts(folder=reading.HERE)]
    recognised = recognise(path, known)
    layout = recognised.layout
    journey.step(f"Checking {path.name} as: {layout.title}", 0.3)
    if layout.name in PUBLISHED:
        return _judged(layout.name, judge_published(recognised))
    if layout.name in TABLES:
        return _told(layout.name, layout.title, read_table_file(path, TABLES[layout.name], delivery=delivery))
    if layout.name in PRESCRIBING:
        read = read_prescribing(engine, [path], delivery=delivery)
    else:
        read = READERS[layout.name](engine, [path], key=CHECKING_KEY, delivery=delivery)
    read.release()
    return _told(layout.name, layout.title, read)


def _told(name: str, title: str, held: _Held) -> Checked:
    return Checked(name, title, held.counts, held.rejected)


def _judged(name: str, judged: Judged) -> Checked:
    refused = judged.faults["row_number"].n_unique()
    left_out = judged.left_out["row_number"].n_unique()
    counts = {
        "delivered": judged.rows_count,
        "accepted": judged.rows_count - refused - left_out,
        "refused": refused,
        "left_out": left_out,
    }
    return Checked(name, judged.title, counts, judged.faults, judged.left_out, judged.notes)
