"""What the year freed up, set beside what it must be paid from, and the walk to it from the distance the page begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.amounts import about, listed
from pbc.reports.hidden_rows import is_hidden
from pbc.reports.history import day_in_words
from pbc.reports.material import StatementMaterial
from pbc.reports.sentences import position
from pbc.reports.unusual_lists import named
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
BASES = {"price": "At the prices of activity", "bill": "As the change in the bill this year"}


@dataclass(frozen=True)
class YearPosition:
    """A commissioner's year on one basis, in pence: what is under budget is above nought. `pool` is None without one."""

    basis: str
    is_shared: bool
    under_pence: int
    over_pence: int
    pool_pence: int | None
    freed_up_pence: int
    retained_pence: int

    @property
    def practices_pence(self) -> int:
        """All practices together, on lines that can free money."""
        return self.under_pence + self.over_pence

    @property
    def together_pence(self) -> int:
        """Practices and the risk pool: what there is to pay from."""
        return self.practices_pence + (self.pool_pence or 0)

    @property
    def left_pence(self) -> int:
        """What is left of that when practices have what they keep."""
        return self.together_pence - self.retained_pence


def year_positions(ended: Mapping[str, pl.DataFrame]) -> tuple[YearPosition, ...]:
    """This returns the year on each basis, the one shared last; nothing before a year is closed. `ended`: a year end's tables."""
    if any(name not in ended for name in ("freed_up_resources", "budget_positions")):
        return ()
    pools = ended.get("ceded_costs", pl.DataFrame())
    pool = pools.filter(pl.col("unit_kind") == "risk_pool") if pools.height else pools
    found = []
    for (basis,), part in ended["freed_up_resources"].group_by("basis", maintain_order=True):
        left = ended["budget_positions"].select(_under_budget(str(basis)))["under_pence"]
        beyond = ["variance_pence"] + (["ceded_bill_pence"] if basis == "bill" else [])
        found.append(YearPosition(
            str(basis), bool(part["is_shared"].any()), int(left.filter(left > 0).sum()), int(left.filter(left < 0).sum()),
            -sum(int(pool[name].sum()) for name in beyond) if pool.height and not pool["ceded_pence"].null_count() else None,
            int(part["freed_up_pence"].sum()), int(part["retained_pence"].sum()),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.is_shared, each.basis)))


def _under_budget(basis: str) -> pl.Expr:
    plus = ["activity_budget_pence", "prescribing_budget_pence"]
    less = ["activity_actual_pence", "price_effect_pence", "prescribing_actual_pence"]
    less += ["bill_adjustment_pence"] if basis == "bill" else []
    return (pl.sum_horizontal(plus) - pl.sum_horizontal(less)).alias("under_pence")


def describe_position_to_pay_from(ended: Mapping[str, pl.DataFrame], *, payer_name: str) -> list[str]:
    """This returns, on the basis shared, what practices keep and what there is to pay it from; nothing before the year end."""
    shared = next((each for each in year_positions(ended) if each.is_shared), None)
    if shared is None:
        return []
    pool = "" if shared.pool_pence is None else f" The risk pool is {_side(shared.pool_pence)}."
    where = f"All practices together are {_side(shared.practices_pence)} on the lines that can free money.{pool}"
    short = shared.left_pence < 0
    left = (
        f"that is {about(-shared.left_pence)} more than there is under budget, to be found elsewhere"
        if short
        else f"that leaves {about(shared.left_pence)} of it to the {payer_name}"
    )
    return [where, f"Practices keep {about(shared.retained_pence)}: {left}."]


def _side(pence: int) -> str:
    return f"{about(abs(pence))} {'under' if pence >= 0 else 'over'} budget"


def payer_table(material: StatementMaterial) -> PageTable | None:
    """This returns freed-up resources beside the commissioner's own position, on both bases, or None before the year end."""
    found = year_positions(material.ended)
    if not found:
        return None
    short = material.tiers.commissioner_short
    rows: list[tuple[str, list[int | None]]] = [
        ("Practices under budget, added up", [each.under_pence for each in found]),
        ("Practices over budget, added up", [each.over_pence for each in found]),
        ("All practices together", [each.practices_pence for each in found]),
        ("The risk pool", [each.pool_pence for each in found]),
        (f"What the {short} has to pay from", [each.together_pence for each in found]),
        ("Freed up, by the rules of the year", [each.freed_up_pence for each in found]),
        ("Of it, practices keep", [each.retained_pence for each in found]),
        (f"Left to the {short} when that is paid", [each.left_pence for each in found]),
    ]
    body = tuple((name, *(about(amount) for amount in amounts)) for name, amounts in rows if None not in amounts)
    heads = tuple(Head(f"{BASES[each.basis]}{' (shared)' if each.is_shared else ''}", True) for each in found)
    note = (
        "Above £0 is under budget, below is over. These are the lines that can free money: paid by activity, and "
        "prescribing. Block contracts, what else was held back of budgets and care that nobody answers for stand apart."
    )
    caption = f"What {material.month.financial_year} freed up, and what it is paid from"
    return PageTable("paid-from", caption, (Head("Under or over budget"), *heads), body, note=note, has_total=True)


def walk_table(material: StatementMaterial, practice_code: str) -> PageTable | None:
    """This returns the walk from where the practice stands to what is counted as freed up, to the penny; None where none is.

    Held by a cluster it begins with all its practices. Not shown where statement and year end rest on other budgets or rules.
    """
    unit = _holder(material, practice_code)
    if unit is None or material.closed_on is not None or material.closed_under or _is_hidden(material, *unit):
        return None
    steps = _steps(material, *unit)
    body = tuple((words, pounds_and_pence(pence)) for words, pence in steps if pence or not words.startswith(OPTIONAL))
    caption = f"How what {material.name_of(unit[1])} freed up follows from its distance from budget"
    note = "Above £0 is under budget. Each line follows from those before it, to the penny."
    return PageTable("freed-walk", caption, (Head("Step"), Head("Pounds", True)), body, note=note, has_total=True)


OPTIONAL = ("Of practices taken over", "Borne by the risk pool")


def _holder(material: StatementMaterial, practice_code: str) -> tuple[str, str] | None:
    for unit in (("practice", practice_code), ("cluster", material.clusters.get(practice_code, ""))):
        if material.of_unit("freed_up_resources", *unit).height:
            return unit
    return None


def _is_hidden(material: StatementMaterial, unit_kind: str, unit_code: str) -> bool:
    """Whether a step of the walk is hidden: what the pool bore of a few people, or a distance that gives such away."""
    own = [unit_code] if unit_kind == "practice" else [c for c, k in material.clusters.items() if k == unit_code]
    rows = [position(material, code, period="year_to_date") for code in own]
    ceded = material.ended.get("ceded_costs", pl.DataFrame({"unit_code": [], "ceded_pence": []}))
    few = ceded.filter(pl.col("unit_code").is_in(own) & pl.col("ceded_pence").is_null()).height
    return few > 0 or any(row is not None and is_hidden(row, "actual_pence") for row in rows)


def _steps(material: StatementMaterial, unit_kind: str, unit_code: str) -> list[tuple[str, int]]:
    own = [unit_code] if unit_kind == "practice" else [c for c, k in material.clusters.items() if k == unit_code]
    gone = [taken.gone_code for taken in material.takeovers if taken.heir_code in own]
    begun, before = _stands(material, own), _stands(material, [code for code in gone if code not in own])
    pool = _borne_by_pool(material, own)
    counted = {
        row["basis"]: row["budget_pence"] - row["actual_pence"]
        for row in material.of_unit("freed_up_resources", unit_kind, unit_code).to_dicts()
    }
    price, bill = counted["price"], counted["bill"]
    freed = max(bill, 0) if _shared(material, unit_kind, unit_code) == "bill" else max(price, 0)
    return [
        ("All services, at the prices of activity, as this page begins", begun),
        (f"{OPTIONAL[0]} this year, in the months before", before),
        (f"{OPTIONAL[1]}, less what its budget takes", pool),
        (
            "Left out, as it can free nothing: block contracts, and what came after this statement",
            price - begun - before - pool,
        ),
        (BASES["price"], price),
        ("Contract terms that change the bill, such as marginal rates; blocks left out", bill - price),
        (BASES["bill"], bill),
        ("Counted as freed up", freed),
    ]


def _shared(material: StatementMaterial, unit_kind: str, unit_code: str) -> str:
    shared = material.of_unit("freed_up_resources", unit_kind, unit_code).filter(pl.col("is_shared"))
    return str(shared["basis"][0]) if shared.height else "bill"


def _stands(material: StatementMaterial, codes: list[str]) -> int:
    found = [position(material, code, period="year_to_date") for code in codes]
    return -sum(row["variance_pence"] or 0 for row in found if row is not None)


def _borne_by_pool(material: StatementMaterial, codes: list[str]) -> int:
    rows = material.ended.get("ceded_costs")
    if rows is None:
        return 0
    mine = rows.filter((pl.col("unit_kind") == "practice") & pl.col("unit_code").is_in(codes))
    return int(mine["ceded_pence"].sum()) - int(mine["budget_taken_pence"].sum())


def describe_pool_part(material: StatementMaterial, practice_code: str) -> list[str]:
    """This returns which part of what a practice is judged on comes of the pool's own over- or underspend, if any."""
    rows = material.ended.get("ceded_costs")
    mine = None if rows is None else rows.filter(
        (pl.col("unit_kind") == "practice") & (pl.col("unit_code") == practice_code)
    )  # fmt: skip
    if mine is None or not mine.height or not mine["variance_pence"][0]:
        return []
    row = mine.row(0, named=True)
    beyond = row["variance_pence"]
    bore = (
        f"for your patients the risk pool bore {about(row['ceded_pence'])} and had {about(row['contribution_pence'])}"
    )
    if beyond < 0:
        return [
            f"Of the year's budgets, {bore}: what it did not need stays with the {material.tiers.commissioner_short}."
        ]
    return [
        f"Of the distance this is counted from, {about(beyond)} is the pool's overspend: {bore}. By so much you stand better than "
        "you and the pool together. It is not care that was saved, nor money that is free."
    ]


def describe_whole_year(material: StatementMaterial, practice_code: str) -> list[str]:
    """This returns that luck and freed-up resources count a practice taken over this year for the whole of it; else nothing."""
    start = material.month.financial_year.start
    gone = [taken for taken in material.takeovers if taken.heir_code == practice_code and taken.on > start]
    if not gone:
        return []
    them = listed([named(material, taken.gone_code) for taken in gone])
    first = min(taken.on for taken in gone)
    return [
        f"Luck and freed-up resources count {them} with you for the whole year, also before {day_in_words(first)}: so budget and "
        "cost judged are larger here than in the tables, which count it from that day."
    ]
