"""From a year's books to the ledger: why hospital care there and what is owed under contracts are two numbers, step by step."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import Head, PageTable

BOOKS = "Hospital care in the year's books"
BILL = "Bill by contract, in the ledger"
OWED = "Owed, in the ledger"
OTHER = "Care the books do not judge: paid by block, above a stop-loss, or of services without a budget"


def bridge_table(
    positions: pl.DataFrame, *, bills: pl.DataFrame, ledger: Mapping[str, int], caption: str, link: str
) -> Shown:
    """This returns the way from hospital care in a year's books to what the ledger owes, a row each step, to the penny.

    Grain in, all of one commissioner: BUDGET_POSITIONS and CONTRACT_BILLS of one position, and a row of LEDGER_POSITIONS of the
    year's last month. `link` is the page of the ledger. Steps that are nothing are left out.
    """

    def held(name: str) -> int:
        return int(positions[name].fill_null(0).sum())

    priced = pl.col("step") == "priced"
    care, terms = (int(bills.filter(which)["amount_pence"].sum()) for which in (priced, ~priced))
    judged, prices, judged_terms = (
        held(name) for name in ("activity_actual_pence", "price_effect_pence", "bill_adjustment_pence")
    )
    lost = ledger["not_attributed_pence"]
    steps = (
        ("Hospital care, at the prices of the budget", judged),
        ("Prices other than planned", prices),
        ("Contract terms, such as marginal rates", judged_terms),
        (BOOKS, None),
        (OTHER, care - lost - judged - prices),
        ("Contract terms of that care, such as block sums", terms - judged_terms),
        ("Care no practice answers for", lost),
        ("Deliveries that one of the two reads and the other does not", ledger["bill_pence"] - care - terms),
        (BILL, None),
        ("Drugs, devices and agreed adjustments", ledger["due_pence"] - ledger["bill_pence"]),
        (OWED, None),
    )
    body: list[tuple[str, str]] = []
    sums: list[int] = []
    so_far = 0
    for words, pence in steps:
        so_far += pence or 0
        if pence is None:
            sums.append(len(body))
        if pence != 0:
            body.append((words, pounds_and_pence(so_far if pence is None else pence)))
    heads = (Head("Step"), Head("Amount", True))
    note = "Here cost is above £0. Each sum is of the steps above it; the last two stand on the page of the ledger."
    table = PageTable("bridge", caption, heads, tuple(body), note=note, links={BILL: link, OWED: link})
    return Shown(table, {}, tuple(sums))
