"""A published reconciliation gathered for its pages, and the journal that brings the ledger to what is owed."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl

from pbc.errors import RefusedInput
from pbc.flows.gather_statement import named_input
from pbc.flows.reconcile import reconciliation_name
from pbc.flows.shelf import names_of
from pbc.methods.reconciliation import Accounts, list_accruals
from pbc.periods import Month
from pbc.reports.reconciliation import JournalMaterial, ReconciliationMaterial
from pbc.results import Store
from pbc.results.figures import figure_ids

__all__ = ["Accounts", "draw_up_journal", "journal_of", "show_reconciliation"]
TABLES = ("reconciliation_steps", "reconciliation_items", "reconciliation_practices", "ledger_positions")
JOURNAL = {
    "line_number": pl.Int64, "account_code": pl.String, "entry_kind": pl.String, "provider_code": pl.String,
    "invoice_number": pl.String, "debit_pence": pl.Int64, "credit_pence": pl.Int64, "description": pl.String,
}  # fmt: skip


def show_reconciliation(store: Store, *, month: Month, read_to: Month | None = None) -> ReconciliationMaterial:
    """This returns what pages of a month's reconciliation show; one that was not made is refused by name."""
    found = store.current(reconciliation_name(month, read_to=read_to))
    register = named_input(store, found, kind="register")
    shown = {}
    for table in TABLES:
        rows = found.frame(table)
        shown[table] = rows.with_columns(figure_ids(found.name, found.set_id, table, rows))
    steps, items, practices, positions = (shown[table] for table in TABLES)
    receipt = found.receipt
    return ReconciliationMaterial(
        month, found.name, found.set_id, receipt.flow, receipt.made_at, receipt.is_made_up, steps, items, practices, positions,
        names_of(register) if register else {},
    )  # fmt: skip


def draw_up_journal(
    store: Store, *, month: Month, commissioner: str, accounts: Accounts, read_to: Month | None = None
) -> JournalMaterial:
    """This returns the journal that brings one commissioner's ledger to what is owed at the end of a month.

    A commissioner the reconciliation does not know is refused. Source: decisions methods/0182, 0249.
    """
    material = show_reconciliation(store, month=month, read_to=read_to)
    return journal_of(material, commissioner=commissioner, accounts=accounts)


def journal_of(material: ReconciliationMaterial, *, commissioner: str, accounts: Accounts) -> JournalMaterial:
    """This returns the journal of a reconciliation that was gathered already; refused and drawn up as `draw_up_journal` does."""
    known = sorted(set(material.positions["commissioner_code"]))
    if commissioner not in known:
        raise RefusedInput(
            "This commissioner is not in the reconciliation.", where=material.set_name, found=commissioner,
            expected=" or ".join(known), remedy="Name one of them with --commissioner.",
        )  # fmt: skip
    lines = list_accruals(material.items, commissioner=commissioner, accounts=accounts, month=material.month)
    number = f"ACC-{material.month}-{commissioner}-{material.set_id}"
    frame = pl.DataFrame([asdict(line) for line in lines], schema=JOURNAL, orient="row")
    return JournalMaterial(number, material.month.end, frame, material, commissioner)
