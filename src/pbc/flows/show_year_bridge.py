"""A commissioner's year gathered from its books and from the ledger, to lead from one to the other."""

from __future__ import annotations

import polars as pl

from pbc.reports.reconciliation_tables import Shown
from pbc.reports.year_bridge import bridge_table
from pbc.results import PublishedSet


def show_year_bridge(
    year_end: PublishedSet, reconciliation: PublishedSet, *, code: str, caption: str, link: str
) -> Shown | None:
    """This returns the way from a position of a year end to the ledger of its last month; None where one has no such commissioner."""
    mine = pl.col("commissioner_code") == code
    positions = year_end.frame("budget_positions").filter(mine)
    ledger = reconciliation.frame("ledger_positions").filter(mine).to_dicts()
    if positions.is_empty() or not ledger or "contract_bills" not in year_end.tables:
        return None
    bills = year_end.frame("contract_bills").filter(mine)
    return bridge_table(positions, bills=bills, ledger=ledger[0], caption=caption, link=link)
