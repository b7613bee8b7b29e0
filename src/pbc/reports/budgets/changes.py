"""What changed since last year, line by line: of one practice by service, and of all practices in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pbc.money import pounds
from pbc.reference.activity import SERVICES
from pbc.reports.budgets.material import BudgetMaterial
from pbc.reports.budgets.tables import FigureTable, signed_pounds
from pbc.reports.view import Head, PageTable

STEPS = {
    "last_year": "Last year",
    "uplift": "Money of the service",
    "list_size": "People on the list",
    "need": "Their need",
    "pace_of_change": "Distance from fair share",
    "top_slice": "Top-slice",
    "risk_pool": "Risk pool",
    "adjustment": "Adjustments",
    "pool_repayment": "Repaid to the risk pool",
    "amendment": "Amendments",
    "other": "Other",
}
NOTE = "In pence the steps add up exactly; whole pounds are rounded each on its own."


def build_changes(material: BudgetMaterial, *, practice_code: str | None = None) -> FigureTable | None:
    """This returns what changed since last year: a practice's services down and steps across, or all practices' sums.

    None where last year's budgets were not held when the set was made. A sum over services has no figure id of its own.
    """
    rows = material.table("budget_changes")
    if rows.is_empty():
        return None
    if practice_code is None:
        whole = (
            rows.group_by("practice_code", "step").agg(pl.col("amount_pence").sum()).with_columns(figure_id=pl.lit(""))
        )
        return _lay_out(
            whole, "practice_code", "Practice", "What changed since last year, by practice", material.name_of
        )
    mine = rows.filter(pl.col("practice_code") == practice_code)
    caption = f"What changed since last year: {material.name_of(practice_code)}"
    return _lay_out(mine, "service", "Service", caption, lambda code: SERVICES[code].title)


def _lay_out(rows: pl.DataFrame, key: str, head: str, caption: str, name: Any) -> FigureTable:
    held = {(row[key], row["step"]): (row["amount_pence"], row["figure_id"]) for row in rows.to_dicts()}
    steps = [step for step in STEPS if step in set(rows["step"].to_list())]
    codes = sorted({code for code, _ in held})

    def line(title: str, chosen: Sequence[str]) -> tuple[str, ...]:
        sums = [sum(held.get((code, step), (0, ""))[0] for code in chosen) for step in steps]
        said = [
            pounds(amount) if step == "last_year" else signed_pounds(amount)
            for step, amount in zip(steps, sums, strict=True)
        ]
        return (title, *said, pounds(sum(sums)))

    body = [line(name(code), [code]) for code in codes]
    ids = [("", *(held.get((code, step), (0, ""))[1] for step in steps), "") for code in codes]
    heads = (Head(head), *(Head(STEPS[step], is_number=True) for step in steps), Head("This year", is_number=True))
    body.append(line("In all", codes))
    page = PageTable("changes", caption, heads, tuple(body), note=NOTE, has_total=True)
    return FigureTable(page, (*ids, ("",) * len(heads)))
