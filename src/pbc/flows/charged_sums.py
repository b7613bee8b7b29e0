"""What files of contracts, invoices and the ledger come to, hospital by hospital: looked at before they are accepted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.results import Store

MONEY: Mapping[str, str] = {  # the column that says what a row of a table comes to
    "invoices": "amount_pence", "invoice_lines": "amount_pence", "ledger_entries": "amount_pence", "contracts": "plan_pence",
    "contract_plans": "plan_pence",
}  # fmt: skip


def sums_by_hospital(name: str, rows: pl.DataFrame) -> dict[str, int]:
    """This returns what the rows of a table come to, in pence by hospital; under no code what names none. Nothing for others.

    >>> sums_by_hospital("invoices", pl.DataFrame({"provider_code": ["ZH1", "ZH1"], "amount_pence": [100, -30]}))
    {'ZH1': 70}
    """
    if name not in MONEY:
        return {}
    grouped = rows.group_by(pl.col("provider_code").fill_null("")).agg(pl.col(MONEY[name]).sum())
    return dict(grouped.sort("provider_code").iter_rows())


def sums_held(store: Store, set_name: str, *, name: str, commissioner: str) -> dict[str, int]:
    """This returns the same of a commissioner's rows of a table in a set; nothing where none is held."""
    held = store.find(set_name)
    if held is None or name not in held.tables:
        return {}
    return sums_by_hospital(name, held.frame(name).filter(commissioner_code=commissioner))
