"""Check one file of a delivery without taking it in: which layout it has, and what is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pbc.engines import Engine
from pbc.flows.journey import Journey
from pbc.sources.delimited import read_frame, recognise
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

    `is_checked_by_row` is false for published files, whose layout alone is checked here.
    """

    layout: str
    title: str
    counts: dict[str, int]
    rejected: pl.DataFrame
    is_checked_by_row: bool = True


def check_file(path: Path, *, engine: Engine, delivery: str = "check", journey: Journey | None = None) -> Checked:
    """This returns what is wrong with one file, and raises the refusal of a file that cannot be read at all.

    Nothing is stored. `delivery`, if it names a month, refuses days after it. No key is needed: the pseudonyms made to
    check are thrown away.
    """
    journey = journey or Journey()
    journey.step(f"Recognising {path.name}", 0.0)
    known = [*read_layouts(), *map(layout_of, TABLES.values()), *read_layouts(folder=reading.HERE)]
    layout = recognise(path, known).layout
    journey.step(f"Checking {path.name} as: {layout.title}", 0.3)
    if layout.name in TABLES:
        return _told(layout.name, layout.title, read_table_file(path, TABLES[layout.name], delivery=delivery))
    if layout.name in ("pdpi", "epd"):
        return _told(layout.name, layout.title, read_prescribing(engine, [path], delivery=delivery))
    if layout.name in READERS:
        read = READERS[layout.name](engine, [path], key=CHECKING_KEY, delivery=delivery)
        read.release()
        return _told(layout.name, layout.title, read)
    rows = read_frame(path, [layout]).height
    return Checked(layout.name, layout.title, {"delivered": rows}, empty_rejects(), is_checked_by_row=False)


def _told(name: str, title: str, held: _Held) -> Checked:
    return Checked(name, title, held.counts, held.rejected)
