"""The rule values a draft was made with, and how its budgets come out of the money there is."""

from __future__ import annotations

import polars as pl

from pbc.money import pounds
from pbc.reports.budgets.material import BudgetMaterial
from pbc.reports.notes import STATUS_WORDS, in_plain_words
from pbc.reports.rules_used import PACE, value_in_words
from pbc.reports.view import Head, PageTable, Paragraph

RISK = ("risk.formula_error_ratio", "risk.price_index", "risk.prescribing_cheque_pounds")


def list_values(material: BudgetMaterial) -> PageTable:
    """This returns the values that decided the draft: those it varies itself first, then those that are assumptions."""
    held = {value.name: value for value in material.policy}
    cited = set(material.table("budget_lines")["parameter"].drop_nulls().unique().to_list())
    pace = held.get("budgets.pace_of_change")
    moved = PACE.get(str(pace.value), ()) if pace is not None and "budgets.pace_of_change" in cited else ()
    handed = ("budgets.top_slice_share", "budgets.risk_pool_share", "budgets.pool_atypical_lists")
    wanted = {*cited, *moved, *handed, *RISK, *material.varied} & held.keys()
    ordered = sorted(wanted, key=lambda name: (name not in material.varied, not held[name].is_assumed, name))
    rows = tuple(
        (
            in_plain_words(material.tiers.said(held[name].title.replace("_", " "))),
            value_in_words(held[name], material.tiers),
            "Varied in this draft" if name in material.varied else STATUS_WORDS[held[name].status],
            in_plain_words(held[name].source),
        )
        for name in ordered
    )
    heads = (Head("Rule value"), Head("Value"), Head("How sure"), Head("Source"))
    caption = f"Rule values of this draft: {len(material.varied)} of {len(rows)} are its own"
    return PageTable("values", caption, heads, rows)


STEPS = {
    "historic": "past activity at the prices of the year",
    "saving_protected": "protected savings",
    "uplift": "bringing it to the money of the year",
    "need": "moving to need",
    "pace_of_change": "held back by the pace of change",
    "top_slice": "handed back as top-slice",
    "risk_pool": "handed to the risk pool",
    "adjustment": "adjustments between practices",
    "pool_repayment": "repaid to the risk pool",
}


def _told(step: str, pence: int, lines: pl.DataFrame) -> str:
    """What a step adds in all; one that only moves money between practices says how much it moves.

    >>> lines = pl.DataFrame({"step": ["pace_of_change"] * 2, "amount_pence": [500, -500]})
    >>> _told("pace_of_change", 0, lines), _told("uplift", 700, lines)
    ('£0 in all, as it moves £5 from some practices to others', '£7')
    """
    moved = int(lines.filter((pl.col("step") == step) & (pl.col("amount_pence") > 0))["amount_pence"].sum())
    if pence or not moved:
        return pounds(pence)
    return f"{pounds(0)} in all, as it moves {pounds(moved)} from some practices to others"


def reconcile(material: BudgetMaterial) -> Paragraph:
    """This returns how all budgets together come about, step by step, as sentences; the steps add up in pence."""
    lines = material.table("budget_lines")
    steps = lines.group_by("step").agg(pl.col("amount_pence").sum(), pl.col("sequence").min()).sort("sequence", "step")
    told = [
        f"{STEPS.get(step, step.replace('_', ' '))} {_told(step, pence, lines)}"
        for step, pence in steps.select("step", "amount_pence").iter_rows()
    ]
    whole = pounds(int(lines["amount_pence"].sum()))
    said = (
        (f"All budgets together are {whole}: {'; '.join(told)}.", "In pence the steps add up exactly.") if told else ()
    )
    return Paragraph("steps", "How the budgets come about", said)
