"""A set takes the place of the one before whole, so what that holds of others must be in what comes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.engines import Relation
from pbc.errors import RefusedInput
from pbc.results import Store

SIDES = ("commissioner_code", "provider_code")
WHOSE = {
    "contracts": SIDES, "contract_plans": SIDES, "contract_variations": ("contract_code",), "invoices": SIDES,
    "invoice_lines": SIDES, "charged_activity": SIDES, "monitored_totals": SIDES, "ledger_entries": ("commissioner_code",),
}  # fmt: skip


def require_nothing_lost(store: Store, name: str, *, tables: Mapping[str, pl.DataFrame | Relation]) -> None:
    """This refuses tables about to take a set's place that hold nothing of somebody of whom the set does, table by table.

    Grain in: the tables of a set of contracts, invoices, what backs them or the ledger, without their refused rows.
    Compared are pairs of commissioner and hospital; variations by contract, and the ledger by whose it is.
    Source: decision architecture/0244.
    """
    held = store.find(name)
    lost = [
        f"{' and '.join(whose)} in {table}"
        for table, columns in WHOSE.items()
        if held is not None and table in held.tables
        for whose in sorted(
            set(held.lazy(table).select(columns).unique().collect().rows()) - named_in(tables[table], columns)
        )
    ]
    if lost:
        raise RefusedInput(
            "Taking in these files would take away what is held beside them.", where=name,
            found=f"nothing of {', '.join(lost)}", expected="rows of all that is held",
            remedy="Have those files uploaded and accepted too, then take all of them in together. What is to go for good, or "
            "belongs to another commissioner, is changed at the console, with the files of all.",
        )  # fmt: skip


def named_in(rows: pl.DataFrame | Relation, columns: tuple[str, ...]) -> set[tuple[str, ...]]:
    """This returns the different values of columns that rows hold, be they in memory or in an engine."""
    if isinstance(rows, Relation):
        every = f"SELECT DISTINCT {', '.join(columns)} FROM {rows.name}"
        rows = rows.engine.view(every, [(column, "VARCHAR") for column in columns]).frame()
    return set(rows.select(columns).unique().rows())
