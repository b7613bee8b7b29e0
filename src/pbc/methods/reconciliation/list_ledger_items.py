"""From invoices and the ledger's entries to items: what leads from invoiced to what the ledger shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from pbc.methods.reconciliation.items import list_rows
from pbc.methods.reconciliation.steps import NO_PROVIDER

POSTED = ("invoice", "credit", "settlement")
STEP_OF_ENTRY = {"accrual": "accrued", "prepayment": "prepaid", "journal": "journals"}
Row = dict[str, Any]
Number = tuple[str, str, str]


def list_ledger_items(invoices: pl.DataFrame, *, ledger_entries: pl.DataFrame) -> pl.DataFrame:
    """This returns the items between what was invoiced and what the ledger shows: with them one is the other, to the penny.

    Grain in: INVOICES of the year to date, settlements among them, and LEDGER_ENTRIES of the same months. Each invoice is
    held against what was posted under its number: not at all, twice, or another sum. Entries of no invoice we hold are
    told one by one, as are accruals, prepayments and journals. Source: decision methods/0182.
    """
    return list_rows([*_posted(invoices, ledger_entries), *_settled(invoices), *_made_by_hand(ledger_entries)])


def _key(row: Row) -> Number:
    return row["commissioner_code"], row["provider_code"] or NO_PROVIDER, row["invoice_number"] or ""


def _posted(invoices: pl.DataFrame, entries: pl.DataFrame) -> Iterator[Row]:
    by_number: dict[Number, list[Row]] = defaultdict(list)
    for row in entries.filter(pl.col("entry_kind").is_in(POSTED)).sort("entry_number").iter_rows(named=True):
        by_number[_key(row)].append(row)
    for row in invoices.sort("commissioner_code", "provider_code", "invoice_number").iter_rows(named=True):
        found = by_number.pop(_key(row), [])
        ours, posted = row["amount_pence"], sum(each["amount_pence"] for each in found)
        if posted != ours:
            yield {
                "commissioner_code": row["commissioner_code"], "provider_code": row["provider_code"],
                "month": row["invoice_month"], "invoice_number": row["invoice_number"], "step": "posting_difference",
                "reason": _why(ours, posted, len(found)), "item": f"invoice.{row['invoice_number']}",
                "ours_pence": ours, "charged_pence": posted,
            }  # fmt: skip
    for found in by_number.values():
        yield from (_of_entry(row, "posting_difference", "posted_without_an_invoice") for row in found)


def _why(ours: int, posted: int, entries_count: int) -> str:
    if not entries_count:
        return "not_posted"
    return "posted_again" if entries_count > 1 and posted == ours * entries_count else "posted_otherwise"


def _settled(invoices: pl.DataFrame) -> Iterator[Row]:
    for row in invoices.filter(pl.col("invoice_kind") == "settlement").iter_rows(named=True):
        yield {
            "commissioner_code": row["commissioner_code"], "provider_code": row["provider_code"],
            "month": row["invoice_month"], "invoice_number": row["invoice_number"], "step": "settlement",
            "reason": "settled_for_the_year", "item": f"invoice.{row['invoice_number']}", "charged_pence": row["amount_pence"],
        }  # fmt: skip


def _made_by_hand(entries: pl.DataFrame) -> Iterator[Row]:
    for row in entries.filter(~pl.col("entry_kind").is_in(POSTED)).iter_rows(named=True):
        yield _of_entry(row, STEP_OF_ENTRY[row["entry_kind"]], row["entry_kind"])


def _of_entry(row: Row, step: str, reason: str) -> Row:
    return {
        "commissioner_code": row["commissioner_code"], "provider_code": row["provider_code"] or NO_PROVIDER,
        "month": row["month"], "invoice_number": row["invoice_number"], "entry_number": row["entry_number"], "step": step,
        "reason": reason, "item": f"entry.{row['entry_number']}", "charged_pence": row["amount_pence"],
    }  # fmt: skip
