"""Receive what providers charge and what the ledger shows: invoices, their backing, and the ledger's extract, month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from pbc.engines import Engine, Relation
from pbc.errors import RefusedInput
from pbc.flows.extract import Extract, open_extract
from pbc.flows.journey import Journey
from pbc.flows.nothing_lost import SIDES, named_in, require_nothing_lost
from pbc.flows.spreadsheets import sheets_as_files
from pbc.periods import Month
from pbc.reference.activity import HOSPITAL_PODS
from pbc.results import PublishedSet, Receipt, Store
from pbc.sources.delimited import names_apart
from pbc.sources.deliveries import Read, read_charges, read_monitored_totals, read_whole_table
from pbc.sources.deliveries.monitoring import SHAPES
from pbc.sources.headings import HeadingMap
from pbc.sources.rejects import empty_rejects
from pbc.tables import CHARGED_ACTIVITY, INVOICE_LINES, INVOICES, LEDGER_ENTRIES, MONITORED_TOTALS, Table

INVOICED, BACKING, LEDGER = "invoices", "invoice-backing", "ledger"
TOTALS = "aggregate_monitoring"
LOCAL = "charged_activity"
PLACES = {INVOICED: (INVOICES.name, INVOICE_LINES.name), BACKING: (*SHAPES, TOTALS), LEDGER: (LEDGER_ENTRIES.name,)}
NEEDS_KIND = ("activity", "block")
EVERY = (INVOICED, BACKING, LEDGER)


def receive_invoices(
    store: Store,
    folder: Path | Extract,
    *,
    month: Month,
    key: bytes | None,
    engine: Engine,
    journey: Journey | None = None,
    headings: Sequence[HeadingMap] = (),
    kinds: Sequence[str] = EVERY,
) -> list[PublishedSet]:
    """This returns the sets `invoices/<month>`, and `invoice-backing/<month>` and `ledger/<month>` where they are delivered.

    `kinds` are those looked for; invoices looked for must be there. Where several hospitals each sent a file of their own
    for one place, they are read as one. An invoice or ledger entry that cannot be read refuses its file whole: half a bill
    is none. Charges are refused row by row. `key` is the one for checking invoices: the register's own is refused, so that
    no pseudonym here is one there.
    An invoice or entry another month holds is refused, as are a hospital's charges in our layout and a national one, and
    accepted files that would take others' rows away. The same files again are the same sets. A workbook stands for a CSV
    of its first sheet; headings of a hospital's own are read through `headings`.
    Source: decisions architecture/0237, 0244.
    """
    store, journey = store.steady(), journey or Journey()
    places = [(kind, str(month), name) for kind, names in PLACES.items() for name in names]
    made: list[PublishedSet | None] = []
    with sheets_as_files(open_extract(folder), places) as extract:
        if INVOICED in kinds:
            journey.step(f"Reading the invoices of {month.title}", 0.0)
            tables = (INVOICES, INVOICE_LINES)
            made.append(_receive_tables(store, extract, INVOICED, month, tables, journey, headings))
        if BACKING in kinds:
            journey.step(f"Reading what backs the invoices of {month.title}", 0.3)
            made.append(
                _receive_backing(
                    store, extract, month=month, key=key, engine=engine, journey=journey, headings=headings
                )
            )
        if LEDGER in kinds and extract.find(LEDGER, str(month), LEDGER_ENTRIES.name):
            journey.step(f"Reading the ledger of {month.title}", 0.8)
            made.append(_receive_tables(store, extract, LEDGER, month, (LEDGER_ENTRIES,), journey, headings))
    return [each for each in made if each is not None]


def _receive_tables(
    store: Store, extract: Extract, kind: str, month: Month, tables: tuple[Table, ...], journey: Journey,
    headings: Sequence[HeadingMap],
) -> PublishedSet:  # fmt: skip
    name = f"{kind}/{month}"
    read: dict[str, pl.DataFrame] = {}
    prints: dict[str, str] = {}
    for table in tables:
        read[table.name], found = _read_whole(extract.need(kind, str(month), table.name), table, name, headings)
        prints |= found
    for table in tables:
        CHECKS[table.name](store, read, name)
    if extract.keeps_held:
        require_nothing_lost(store, name, tables=read)
    return store.publish(
        name,
        {table: rows.drop("row_number") for table, rows in read.items()},
        Receipt(
            flow="receive_invoices",
            inputs=prints,
            parameters={"month": str(month)},
            regime=extract.regime,
            is_made_up=extract.is_made_up,
            made_at=journey.made_at,
        ),
    )


def _read_whole(
    paths: Sequence[Path], table: Table, delivery: str, headings: Sequence[HeadingMap]
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The rows of a table's files with their numbers, each in its own file, and the fingerprints of the files."""
    rows: list[pl.DataFrame] = []
    prints: dict[str, str] = {}
    for path, name in zip(paths, names_apart(paths), strict=True):
        read = read_whole_table(path, table, delivery=delivery, headings=headings)
        rows.append(read.frame.with_row_index("row_number", offset=2))
        prints |= {file.replace(path.name, name): mark for file, mark in read.fingerprints.items()}
    whole = pl.concat(rows)
    table.require(whole.drop("row_number"), where=delivery)
    return whole, prints


def _refuse(rows: pl.DataFrame, table: Table, *, what: str, found: str, expected: str, remedy: str) -> None:
    """Refuses the file for the first of these rows, naming it; `row_number` counts the heading row as 1."""
    if not rows.is_empty():
        first = rows.sort("row_number").row(0, named=True)
        more = f" {rows.height - 1:,} more like it." if rows.height > 1 else ""
        raise RefusedInput(
            what, f"{table.name}, row {first['row_number']:,}", found.format(**first), expected, remedy + more
        )


def _check_heads(store: Store, read: dict[str, pl.DataFrame], name: str) -> None:
    _refuse_held(store, read[INVOICES.name], INVOICES, name, kind=INVOICED)


def _check_lines(store: Store, read: dict[str, pl.DataFrame], name: str) -> None:
    lines, heads = read[INVOICE_LINES.name], read[INVOICES.name]
    _refuse(
        lines.join(heads, on=list(INVOICES.key), how="anti"), INVOICE_LINES, what="A line belongs to no invoice delivered.",
        found="{provider_code} {invoice_number}", expected="the number of an invoice of the same hospital, in the file invoices",
        remedy="Correct the number, or send the invoice with its lines.",
    )  # fmt: skip
    needs = lines.filter(pl.col("line_kind").is_in(NEEDS_KIND))
    _refuse(
        needs.filter(~pl.col("point_of_delivery").fill_null("").is_in(HOSPITAL_PODS)), INVOICE_LINES,
        what="A line of activity or block does not say what kind of activity it is for.",
        found="{line_kind} for {point_of_delivery}", expected=f"one of {', '.join(HOSPITAL_PODS)}",
        remedy="Fill in point_of_delivery, or give the line another line_kind.",
    )  # fmt: skip


def _check_entries(store: Store, read: dict[str, pl.DataFrame], name: str) -> None:
    _refuse_held(store, read[LEDGER_ENTRIES.name], LEDGER_ENTRIES, name, kind=LEDGER)


CHECKS: dict[str, Callable[[Store, dict[str, pl.DataFrame], str], None]] = {
    INVOICES.name: _check_heads,
    INVOICE_LINES.name: _check_lines,
    LEDGER_ENTRIES.name: _check_entries,
}


def _refuse_held(store: Store, rows: pl.DataFrame, table: Table, name: str, *, kind: str) -> None:
    key = list(table.key)
    for other in store.names(kind):
        if other != name:
            held = store.current(other).lazy(table.name).select(key).collect()
            _refuse(
                rows.join(held, on=key, how="semi"), table, what=f"{other} holds this already, so it would count twice.",
                found=" ".join(f"{{{column}}}" for column in key), expected="a number no other month has brought",
                remedy="Leave the row out; to replace it, send that month's file again without it.",
            )  # fmt: skip


def _receive_backing(
    store: Store, extract: Extract, *, month: Month, key: bytes | None, engine: Engine, journey: Journey,
    headings: Sequence[HeadingMap],
) -> PublishedSet | None:  # fmt: skip
    files = {name: found for name in (*SHAPES, TOTALS) if (found := extract.find(BACKING, str(month), name))}
    if not files:
        return None
    read = {
        name: read_charges(engine, found, key=key, delivery=str(month), headings=headings)
        for name, found in files.items()
        if name != TOTALS
    }
    _refuse_twice(read, month)
    prints = {each.key_fingerprint for each in read.values()}
    require_own_key(store, prints)
    totals = (
        read_monitored_totals(engine, files[TOTALS], delivery=str(month), headings=headings)
        if TOTALS in files
        else None
    )
    every: list[Read] = [*read.values(), *([totals] if totals else [])]
    charges: Relation | pl.DataFrame = (
        engine.union([each.rows for each in read.values()]) if read else CHARGED_ACTIVITY.empty()
    )
    tables = {
        CHARGED_ACTIVITY.name: charges,
        MONITORED_TOTALS.name: totals.rows if totals else MONITORED_TOTALS.empty(),
    }
    if extract.keeps_held:
        require_nothing_lost(store, f"{BACKING}/{month}", tables=tables)
    published = store.publish(
        f"{BACKING}/{month}",
        {**tables, "rejected_rows": pl.concat([empty_rejects(), *(each.rejected for each in every)])},
        Receipt(
            flow="receive_invoices",
            inputs={file: mark for each in every for file, mark in each.fingerprints.items()},
            parameters={"month": str(month), "key": " ".join(sorted(prints))},
            regime=extract.regime,
            engine=engine.name,
            is_made_up=extract.is_made_up,
            made_at=journey.made_at,
        ),
    )
    for each in every:
        each.release()
    return published


def _refuse_twice(read: dict[str, Read], month: Month) -> None:
    """Each hospital charges in one layout; one in ours stands beside another in the national ones."""
    sides = {name: named_in(each.rows, SIDES) for name, each in read.items()}
    ours = sides.pop(LOCAL, set())
    for name, of_layout in sides.items():
        if both := sorted({hospital for _, hospital in ours & of_layout}):
            raise RefusedInput(
                "The charges of a hospital are delivered in two layouts.", f"{BACKING}/{month}",
                f"{LOCAL} and {name} of {', '.join(both)}", "our layout or the national ones",
                "Keep one of them: nobody can tell whether they hold the same charges.",
            )  # fmt: skip


def require_own_key(store: Store, prints: set[str]) -> None:
    """This refuses the register's key, by its fingerprint: pseudonyms of the register made of these patients could be joined."""
    register = store.find("register")
    if register and register.receipt.parameters.get("key") in prints:
        raise RefusedInput(
            "The key of the register would join these patients to the analysis.", BACKING, "the register's own key",
            "another key, kept for checking invoices alone",
            "Make one: head -c 32 /dev/urandom | base64 > invoice-key; chmod 600 invoice-key. Name it with --key-file.",
        )  # fmt: skip
