"""The risk pool as a bank and overspends of a year, as pages show them: the walk of the pool, who owes it, what rules say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.amounts import about
from pbc.reports.history import day_in_words
from pbc.reports.material import StatementMaterial, Tiers
from pbc.reports.view import Head, PageTable, Paragraph

Row = dict[str, Any]
Naming = Callable[[str], str]
CLOSE = "What the pool has at the close"
STEPS = (
    ("opening", None, "What the pool had when the year before closed"),
    ("contribution", None, "Paid in: held back of budgets"),
    ("repayment", "savings", "Repaid from savings"),
    ("repayment", "next_budget", "Repaid: due, and comes off next budgets"),
    ("repayment", "commissioner", "Repaid by the {payer} in holders' place"),
    ("support", None, "Put in by the {payer}, as the pool had too little"),
    ("high_cost", None, "Borne: people above the stop-loss"),
    ("overspend_cover", None, "Lent for overspends"),
    ("returned", None, "Given back to who paid in"),
)
STANDINGS = {
    "in_balance": "Within budget", "over": "Over budget", "may_lose_budget": "May lose the budget, after arbitration",
    "contract_considered": "The contract is considered",
}  # fmt: skip


def pool_walk(
    frames: Mapping[str, pl.DataFrame], *, tiers: Tiers, caption: str, name: str = "pool-walk"
) -> PageTable | None:
    """This returns the pool from opening to close, one column for each frame of pool_movements; None where nothing moved."""
    held = {head: frame for head, frame in frames.items() if frame.height}
    if not held:
        return None
    sums = {head: _sums(frame) for head, frame in held.items()}
    body = [
        (
            words.format(payer=tiers.commissioner_short),
            *(pounds_and_pence(sums[head].get((kind, paid), 0)) for head in held),
        )
        for kind, paid, words in STEPS
        if any((kind, paid) in found for found in sums.values())
    ]
    body.append((CLOSE, *(pounds_and_pence(frame.sort("sequence")["balance_pence"][-1]) for frame in held.values())))
    heads = (Head("Step"), *(Head(head, True) for head in held))
    note = "Above £0 is paid in, below is drawn. The steps add up, to the penny."
    return PageTable(name, caption, heads, tuple(body), note=note, has_total=True)


def _sums(movements: pl.DataFrame) -> dict[tuple[str, str | None], int]:
    moved = (
        movements.filter(pl.col("kind") != "owed_before")
        .group_by("kind", "paid_from")
        .agg(pl.col("amount_pence").sum())
    )
    return {(kind, paid): pence for kind, paid, pence in moved.iter_rows()}


def owed_table(movements: pl.DataFrame, *, name_of: Naming) -> PageTable | None:
    """This returns who drew on the pool, in which year, what was repaid this year and what is owed by when; or None."""
    drawings = (
        movements.filter(pl.col("drawn_year").is_not_null())
        .group_by("unit_kind", "unit_code", "drawn_year")
        .agg(
            pl.col("owed_change_pence").filter(pl.col("owed_change_pence") > 0).sum().alias("drawn"),
            pl.col("owed_change_pence").filter(pl.col("owed_change_pence") < 0).sum().alias("repaid"),
            pl.col("repay_on").max(),
        )
        .sort("drawn_year", "unit_kind", "unit_code")
    )
    body = tuple(
        (
            name_of(row["unit_code"]), row["drawn_year"], pounds_and_pence(row["drawn"]), pounds_and_pence(-row["repaid"]),
            pounds_and_pence(row["drawn"] + row["repaid"]), day_in_words(row["repay_on"]),
        )
        for row in drawings.iter_rows(named=True)
    )  # fmt: skip
    heads = (
        Head("Budget holder"), Head("Drawn in"), Head("Owed before, or drawn", True), Head("Repaid this year", True),
        Head("Owed at the close", True), Head("To be repaid by"),
    )  # fmt: skip
    return PageTable("pool-owed", "Who owes the risk pool", heads, body) if body else None


def overspend_table(overspends: pl.DataFrame, *, name_of: Naming, tiers: Tiers) -> PageTable | None:
    """This returns holders over budget, or with something repaid or carried, and what the rule of the year says; or None."""
    told = overspends.filter(
        (pl.col("overspend_pence") > 0) | (pl.col("repaid_pence") > 0) | (pl.col("carried_before_pence") > 0)
    )
    body = tuple(
        (
            name_of(row["unit_code"]), *(about(row[name]) for name in (
                "overspend_pence", "covered_pence", "carried_pence", "commissioner_pence", "repaid_pence", "offset_pence",
            )), STANDINGS[row["standing"]], "Lost" if row["is_incentive_lost"] else "No effect",
        )
        for row in told.sort("overspend_pence", "unit_code", descending=[True, False]).iter_rows(named=True)
    )  # fmt: skip
    heads = (
        Head("Budget holder"), Head("Over budget", True), Head("Lent by the pool", True), Head("Carried on", True),
        Head(f"Left with the {tiers.commissioner_short}", True), Head("Savings that repay the pool", True),
        Head("Savings set off", True), Head("By the rule of the year"), Head("Incentive award"),
    )  # fmt: skip
    note = "An overspend is lent by the pool, carried against later savings, or left with who pays; the three add up to it."
    return PageTable("overspends", "What becomes of overspends", heads, body, note=note) if body else None


def pool_tables(material: StatementMaterial) -> list[PageTable | None]:
    """This returns the pool and overspends of the year on a commissioner's page; nothing before the year end."""
    movements, name_of = material.table("pool_movements"), material.name_of
    caption = f"The risk pool in {material.month.financial_year}"
    return [
        pool_walk({"Pounds": movements}, tiers=material.tiers, caption=caption),
        owed_table(movements, name_of=name_of),
        overspend_table(material.table("overspend_years"), name_of=name_of, tiers=material.tiers),
    ]


def describe_overspend(overspends: pl.DataFrame, *, tiers: Tiers) -> list[str]:
    """This returns what the rules say of one holder's year, in plain sentences; nothing where it is in balance and owes nothing."""
    said = []
    for row in overspends.iter_rows(named=True):
        if row["overspend_pence"]:
            said.append(
                f"Over budget by {about(row['overspend_pence'])}: the risk pool lends {about(row['covered_pence'])}, "
                f"{about(row['carried_pence'])} is carried on, {about(row['commissioner_pence'])} is left with the "
                f"{tiers.commissioner_short}. {row['reason']}"
            )
        if row["repaid_pence"]:
            said.append(f"Of what practices keep, {about(row['repaid_pence'])} repays the risk pool.")
        if row["offset_pence"]:
            said.append(
                f"Of what practices keep, {about(row['offset_pence'])} is set against overspends of earlier years."
            )
        if row["from_next_budget_pence"]:
            said.append(f"{about(row['from_next_budget_pence'])} was due to the pool and comes off the next budget.")
        if row["owed_pence"]:
            said.append(f"{about(row['owed_pence'])} is owed to the risk pool at the close.")
    return said


def describe_pool_year(movements: pl.DataFrame, overspends: pl.DataFrame) -> list[str]:
    """This returns the pools of a year and its overspends, all holders together, for a terminal; nothing where nothing moved."""
    said = []
    for (payer,), mine in movements.sort("commissioner_code", "sequence").group_by(
        "commissioner_code", maintain_order=True
    ):
        sums = {kind: int(part["amount_pence"].sum()) for (kind,), part in mine.group_by("kind")}
        owed = int(mine["owed_change_pence"].sum())
        opened = f"opened with {about(sums['opening'])}, " if sums.get("opening") else ""
        support = f" after {about(sums['support'])} put in by the commissioner" if sums.get("support") else ""
        said.append(
            f"The risk pool of {payer} {opened}was paid {about(sums.get('contribution', 0))}, repaid {about(sums.get('repayment', 0))}, "
            f"bore {about(-sums.get('high_cost', 0))}, lent {about(-sums.get('overspend_cover', 0))} for overspends and has "
            f"{about(mine['balance_pence'][-1])} at the close{support}; {about(owed)} is owed to it."
        )
    over = overspends.filter(pl.col("overspend_pence") > 0)
    if over.height:
        left, carried = int(over["commissioner_pence"].sum()), int(over["carried_pence"].sum())
        lost = over.filter("is_incentive_lost").height
        said.append(
            f"{over.height} budget holders are over by {about(int(over['overspend_pence'].sum()))} together: {about(left)} is left "
            f"with the commissioner, {about(carried)} carried on; {lost} lose the year's local incentive award."
        )
    return said


def overspend_paragraph(material: StatementMaterial, practice_code: str) -> Paragraph:
    """This returns what the rules say of the year of a practice, or of its cluster where that holds the budget."""
    units = (("practice", practice_code), ("cluster", material.clusters.get(practice_code, "")))
    rows = pl.concat([material.of_unit("overspend_years", *unit) for unit in units])
    return Paragraph(
        "overspend", "Over budget, and the risk pool", tuple(describe_overspend(rows, tiers=material.tiers))
    )
