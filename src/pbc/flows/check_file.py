"""Check one file of a delivery without taking it in: which layout it has, and what is wrong with it, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pbc.engines import Engine, Relation
from pbc.errors import RefusedInput
from pbc.flows.charged_sums import charged_by_hospital, sums_by_hospital
from pbc.flows.journey import Journey
from pbc.flows.look_up import PRESCRIBING, LookedUp, look_up
from pbc.periods import Month
from pbc.policy import Policy
from pbc.results import Store
from pbc.sources.delimited import Recognised, recognise
from pbc.sources.deliveries import (
    read_accident_and_emergency,
    read_admitted_care,
    read_charges,
    read_monitored_totals,
    read_outpatients,
    read_prescribing,
    read_referrals,
    read_registrations,
)
from pbc.sources.deliveries.hospital_samples import (
    read_hes_accident_and_emergency,
    read_hes_admitted_care,
    read_hes_outpatients,
)
from pbc.sources.deliveries.monitoring import SHAPES as CHARGES
from pbc.sources.deliveries.small_tables import check_table_file, layout_of
from pbc.sources.headings import HeadingMap
from pbc.sources.layout import read_layouts
from pbc.sources.pseudonym import require_same_fingerprint
from pbc.sources.published import reading
from pbc.sources.published.checking import READERS as PUBLISHED
from pbc.sources.published.checking import WORKBOOKS, Judged, judge_published, judge_workbook
from pbc.sources.rejects import empty_rejects
from pbc.sources.stamp import person_column
from pbc.tables import (
    BUDGET_ADJUSTMENTS,
    BUDGET_AMENDMENTS,
    BUDGET_PROTECTIONS,
    COMMISSIONER_RESOURCES,
    CONTRACT_FORMS,
    CONTRACT_PLANS,
    CONTRACT_VARIATIONS,
    CONTRACTS,
    INVOICE_LINES,
    INVOICES,
    LEDGER_ENTRIES,
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
    **dict.fromkeys(CHARGES, read_charges),
}
WITHOUT_PEOPLE: Mapping[str, Any] = {
    **dict.fromkeys(PRESCRIBING, read_prescribing),
    "aggregate_monitoring": read_monitored_totals,
}
TABLES = {
    table.name: table
    for table in (
        ORGANISATIONS, PRACTICES, MEMBERSHIPS, TARIFF_PRICES, PROVIDER_FACTORS, CONTRACT_FORMS, WEIGHTED_LISTS,
        COMMISSIONER_RESOURCES, BUDGET_ADJUSTMENTS, BUDGET_AMENDMENTS, BUDGET_PROTECTIONS, CONTRACTS, CONTRACT_PLANS,
        CONTRACT_VARIATIONS,
        INVOICES, INVOICE_LINES, LEDGER_ENTRIES,
    )
}  # fmt: skip


class _Held(Protocol):
    rejected: pl.DataFrame
    counts: dict[str, int]


@dataclass(frozen=True)
class Checked:
    """What a check found: the layout by name and title, the counts, and a row of REJECTED_ROWS for every fault.

    `left_out` are rows that the reader of a published file leaves out for a known reason, alike; `notes` is what else
    that reader says of the file; `undone` is what could not be looked up in a store, and why. `headings` are the file's
    own, by our names of the columns; `sums` is what rows of contracts, invoices or the ledger that can be used come to, in
    pence by hospital.
    """

    layout: str
    title: str
    counts: dict[str, int]
    rejected: pl.DataFrame
    left_out: pl.DataFrame = field(default_factory=empty_rejects)
    notes: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, int] = field(default_factory=dict)


def check_file(
    path: Path,
    *,
    engine: Engine,
    month: Month | None = None,
    store: Store | None = None,
    policy: Policy | None = None,
    journey: Journey | None = None,
    takes_nhs_numbers: bool = True,
    headings: Sequence[HeadingMap] = (),
) -> Checked:
    """This returns what is wrong with one file, and raises the refusal of a file that cannot be read at all.

    Nothing is stored. `month` is that of the delivery: days after it are refused. With a store, what the file names is
    looked up there too: practices, hospitals, prices, and records and months held already. `policy` says how many months
    are searched for records held already; if absent, that of the store's regime. No key is needed: the pseudonyms made to
    check are thrown away. Without `takes_nhs_numbers`, as where files are uploaded, a file must be pseudonymised; one made
    with another key than the store's register is refused, but for charges, whose key is for checking invoices. A file with
    headings of its own is read through one of the maps in `headings`.
    """
    journey = journey or Journey()
    delivery = str(month) if month else "check"
    journey.step(f"Recognising {path.name}", 0.0)
    if path.suffix.lower() in WORKBOOKS:
        return _judged(path.stem, judge_workbook(path))
    known = [*read_layouts(), *map(layout_of, TABLES.values()), *read_layouts(folder=reading.HERE)]
    recognised = recognise(path, known, maps=headings, on=month.end if month else None)
    layout = recognised.layout
    if not takes_nhs_numbers:
        require_pseudonymised(recognised)
    journey.step(f"Checking {path.name} as: {layout.title}", 0.3)
    if layout.name in PUBLISHED:
        return _judged(layout.name, judge_published(recognised))
    if layout.name in TABLES:
        table = check_table_file(path, TABLES[layout.name], delivery=delivery, headings=headings)
        told = replace(_told(recognised, table), sums=sums_by_hospital(layout.name, table.frame))
        return _with_look_ups(told, store, recognised, None, engine=engine, month=month, policy=policy)
    if layout.name in WITHOUT_PEOPLE:
        read = WITHOUT_PEOPLE[layout.name](engine, [path], delivery=delivery, headings=headings)
    else:
        key = None if recognised.pseudonymised_with else CHECKING_KEY
        read = READERS[layout.name](engine, [path], key=key, delivery=delivery, headings=headings)
        if layout.name not in CHARGES:  # whose key is another's, for checking invoices alone
            _require_key_of(store, recognised)
    journey.step(f"Looking up what {path.name} names", 0.7)
    told = _told(recognised, read)
    if layout.name in (*CHARGES, "aggregate_monitoring"):
        told = replace(told, sums=charged_by_hospital(engine, read.rows))
    checked = _with_look_ups(told, store, recognised, read.rows, engine=engine, month=month, policy=policy)
    read.release()
    journey.step(f"Checked {path.name}", 1.0)
    return checked


def require_pseudonymised(recognised: Recognised) -> None:
    """This refuses a file that names people by anything but pseudonyms: key and records are never held together."""
    person = person_column(recognised.layout)
    if person is not None:
        raise RefusedInput(
            "This file is not pseudonymised, so it is not taken in here.", recognised.path.name,
            f"the column {recognised.headings[recognised.positions[person.name]].strip()}, even if it is empty"
            if person.name in recognised.positions else f"a {recognised.layout.title.lower()} without pseudonyms",
            "in its place a column person_id with the fingerprint of your key",
            "On your own machine run pbc pseudonymise FILE --key-file KEY: it makes that column. Upload what it writes.",
        )  # fmt: skip


def _require_key_of(store: Store | None, recognised: Recognised) -> None:
    register = store.find("register") if store else None
    if register and recognised.pseudonymised_with:
        held = register.receipt.parameters["key"]
        require_same_fingerprint(recognised.pseudonymised_with, fingerprint=held, where=recognised.path.name)


def _told(recognised: Recognised, held: _Held) -> Checked:
    layout, own = recognised.layout, recognised.headings
    headings = {name: own[at].strip() for name, at in recognised.positions.items() if at < len(own)}
    return Checked(layout.name, layout.title, held.counts, held.rejected, headings=headings)


def _with_look_ups(
    checked: Checked, store: Store | None, recognised: Recognised, rows: Relation | None, *, engine: Engine,
    month: Month | None, policy: Policy | None,
) -> Checked:  # fmt: skip
    if store is None:
        return checked
    found = look_up(store, recognised, rows=rows, engine=engine, month=month, policy=policy)
    counts = {**checked.counts, "doubted": found.doubted_count, **_refused_as_held(checked, found)}
    told = pl.concat([checked.rejected, found.rows])
    return replace(checked, counts=counts, rejected=told, undone=tuple(found.undone))


def _refused_as_held(checked: Checked, found: LookedUp) -> dict[str, int]:
    """The counts with rows whose record another delivery holds taken from the accepted ones: receiving refuses them."""
    held = found.rows.filter(pl.col("rule") == "already_held")["row_number"].unique()
    count = held.filter(~held.is_in(checked.rejected["row_number"].unique().implode())).len()
    counts = {name: checked.counts[name] + sign * count for name, sign in (("accepted", -1), ("refused", 1))}
    return {**counts, "already_held": held.len(), "doubted": found.doubted_count - held.len()} if held.len() else {}


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
