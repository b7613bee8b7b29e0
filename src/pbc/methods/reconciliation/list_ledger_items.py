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
ELSEWHERE = "posted_to_another_provider"
Row = dict[str, Any]
Number = tuple[str, str, str]


def list_ledger_items(invoices: pl.DataFrame, *, ledger_entries: pl.DataFrame) -> pl.DataFrame:
    """This returns the items between what was invoiced and what the ledger shows: with them one is the other, to the penny.

    Grain in: INVOICES of the year to date, settlements among them, and LEDGER_ENTRIES of the same months. Each invoice is
    held against what was posted under its number: not at all, twice, another sum, or at another provider. Entries of no
    invoice we hold are told one by one unless they were reversed under their number, as are accruals, prepayments and
    journals. Source: decision methods/0182.
    """
    return list_rows([*_posted(invoices, ledger_entries), *_settled(invoices), *_made_by_hand(ledger_entries)])


def _key(row: Row) -> Number:
    return row["commissioner_code"], row["provider_code"] or NO_PROVIDER, row["invoice_number"] or ""


def _posted(invoices: pl.DataFrame, entries: pl.DataFrame) -> Iterator[Row]:
    by_number: dict[Number, list[Row]] = defaultdict(list)
    for row in entries.filter(pl.col("entry_kind").is_in(POSTED)).sort("entry_number").iter_rows(named=True):
        by_number[_key(row)].append(row)
    ordered = invoices.sort("commissioner_code", "provider_code", "invoice_number").rows(named=True)
    own = {_key(row): by_number.pop(_key(row), []) for row in ordered}
    left = {key: found for key, found in by_number.items() if not key[2] or _sum(found)}
    missed = {(payer, number) for (payer, _, number), found in own.items() if not found}
    astray = {key for key in left if (key[0], key[2]) in missed}
    at_another = {(payer, number) for payer, _, number in astray}
    for row in ordered:
        found = own[_key(row)]
        ours, posted = row["amount_pence"], _sum(found)
        if posted != ours:
            is_astray = not found and (row["commissioner_code"], row["invoice_number"]) in at_another
            yield {
                "commissioner_code": row["commissioner_code"], "provider_code": row["provider_code"],
                "month": row["invoice_month"], "invoice_number": row["invoice_number"], "step": "posting_difference",
                "reason": ELSEWHERE if is_astray else _why(ours, posted, len(found)), "item": f"invoice.{row['invoice_number']}",
                "ours_pence": ours, "charged_pence": posted,
            }  # fmt: skip
    for key, found in left.items():
        reason = ELSEWHERE if key in astray else "posted_without_an_invoice"
        yield from (_of_entry(row, "posting_difference", reason) for row in found)


def _sum(entries: list[Row]) -> int:
    return sum(entry["amount_pence"] for entry in entries)


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
