"""The risk pool holder by holder, and overspends year by year, each number with the id of its figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.reports.amounts import percent
from pbc.reports.history import day_in_words
from pbc.reports.material import Tiers
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.risk_pool import STANDINGS
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
Naming = Callable[[str], str]
HOLDERS = ("practice", "cluster")
OVERDUE = ": overdue"
ACCOUNT = (  # kind of movement, its title, the column that gives it, and the sign that makes it positive
    ("contribution", "Paid in", "amount_pence", 1), ("returned", "Given back", "amount_pence", -1),
    ("owed_before", "Owed before", "owed_change_pence", 1), ("overspend_cover", "Drawn for an overspend", "amount_pence", -1),
    ("repayment", "Repaid", "amount_pence", 1),
)  # fmt: skip
OVERSPEND = (
    ("overspend_pence", "Over budget"), ("covered_pence", "Lent by the pool"), ("carried_pence", "Carried on"),
    ("commissioner_pence", "Left with the {payer}"), ("repaid_pence", "Savings that repay the pool"),
    ("offset_pence", "Savings set off"),
)  # fmt: skip
THREE = (
    "overspend_pence",
    "covered_pence",
    "carried_pence",
    "commissioner_pence",
)  # the whole and its parts, always shown
BY_YEAR = (
    ("carried_before_pence", "Carried from before"), *OVERSPEND, ("lapsed_pence", "No longer carried"),
    ("carried_on_pence", "Carried to next year"), ("owed_pence", "Owed to the pool"),
)  # fmt: skip


def accounts_table(movements: pl.DataFrame, *, name_of: Naming, read_on: date | None = None) -> Shown | None:
    """This returns each holder's account with the pool: paid in, drawn, repaid, owed at the close and by when; or None.

    What the pool gave back has a column where it gave any. `read_on` is the day of reading where no later year end is
    held: what was due before it is overdue. Grain in: POOL_MOVEMENTS with figure ids.
    """
    mine = movements.filter(pl.col("unit_kind").is_in(HOLDERS)).sort("unit_code", "sequence")
    columns = [each for each in ACCOUNT if each[0] != "returned" or (mine["kind"] == "returned").any()]
    body: list[tuple[str, ...]] = []
    figures: dict[tuple[int, int], str] = {}
    for (_, code), rows in mine.group_by("unit_kind", "unit_code", maintain_order=True):
        owed = int(rows["owed_change_pence"].sum())
        amounts = [sign * int(rows.filter(kind=kind)[name].sum()) for kind, _, name, sign in columns]
        due = max((day for day in rows["repay_on"].to_list() if day), default=None) if owed else None
        figures |= {(len(body), at): text for at, text in _account_figures(rows, columns)}
        if owed:
            figures[len(body), len(columns) + 1] = f"{rows['figure_id'][-1]}:owed_pence"
        body.append((name_of(str(code)), *map(pounds_and_pence, (*amounts, owed)), _due(due, read_on)))
    heads = (
        Head("Who"), *(Head(title, True) for _, title, *_ in columns), Head("Owed at the close", True), Head("To be repaid by"),
    )  # fmt: skip
    note = "Paid in is held back of the budget. Owed before and drawn, less repaid, is owed at the close."
    if any(row[-1].endswith(OVERDUE) for row in body):
        note += " What is overdue is repaid, as the rules below say, when the year it was due in is closed."
    table = PageTable("pool-accounts", "Accounts with the risk pool", heads, tuple(body), note=note)
    return Shown(table, figures) if body else None


def _due(due: date | None, read_on: date | None) -> str:
    if due is None:
        return "Nothing due"
    return f"{day_in_words(due)}{OVERDUE}" if read_on and due < read_on else day_in_words(due)


def _account_figures(rows: pl.DataFrame, columns: Sequence[tuple[str, str, str, int]]) -> Iterator[tuple[int, str]]:
    """Where one movement gives an amount, it."""
    for at, (kind, _, column, _) in enumerate(columns, start=1):
        of_kind = rows.filter(kind=kind)
        if of_kind.height == 1 and column == "amount_pence":
            yield at, f"{of_kind['figure_id'][0]}:amount_pence"


def overspends_table(overspends: pl.DataFrame, *, name_of: Naming, tiers: Tiers) -> Shown | None:
    """This returns holders over budget, or with something repaid or carried, and what the rule of the year says; or None.

    Grain in: OVERSPEND_YEARS with figure ids.
    """
    told = overspends.filter(
        (pl.col("overspend_pence") > 0) | (pl.col("repaid_pence") > 0) | (pl.col("carried_before_pence") > 0)
    )
    rows = told.sort("overspend_pence", "unit_code", descending=[True, False]).to_dicts()
    columns = [each for each in OVERSPEND if each[0] in THREE or any(row[each[0]] for row in rows)]
    body = tuple(
        (name_of(row["unit_code"]), *_pounds(row, columns), STANDINGS[row["standing"]], _award(row)) for row in rows
    )
    heads = (Head("Budget holder"), *_heads(columns, tiers), Head("By the rule of the year"), Head("Incentive award"))
    note = "An overspend is lent by the pool, carried against later savings, or left with who pays; the three add up to it."
    table = PageTable("overspends", "What becomes of overspends", heads, body, note=f"{note}{_why_in_part(told)}")
    return Shown(table, _figures(rows, columns)) if body else None


def _why_in_part(told: pl.DataFrame) -> str:
    """Why a part of each overspend was lent, and what part, where the pool could not lend the whole."""
    over, lent = (int(told[name].sum()) for name in ("overspend_pence", "covered_pence"))
    if not 0 < lent < over:
        return ""
    part = percent(lent / over, places=0)
    return f" The pool had less to lend than all were over together, so it lent each the same part: {part}."


def years_table(years: Sequence[tuple[str, pl.DataFrame]], *, tiers: Tiers) -> Shown | None:
    """This returns overspends and what is carried forward, a row for each year given with its OVERSPEND_YEARS; or None.

    Amounts that are nothing in every year have no column, but what was over budget.
    """
    held = [(title, rows) for title, rows in years if rows.height]
    columns = [each for each in BY_YEAR if each[0] == "overspend_pence" or any(rows[each[0]].sum() for _, rows in held)]
    counted = (pl.col("overspend_pence") > 0, pl.col("is_incentive_lost"))
    body = tuple(
        (
            title, *(pounds_and_pence(int(rows[name].sum())) for name, _ in columns),
            *(str(rows.filter(which).height) for which in counted),
        )
        for title, rows in held
    )  # fmt: skip
    figures = {
        (at, column): f"{rows['figure_id'][0]}:{name}"
        for at, (_, rows) in enumerate(held)
        if rows.height == 1
        for column, (name, _) in enumerate(columns, start=1)
    }
    heads = (Head("Year"), *_heads(columns, tiers), Head("Holders over", True), Head("Awards lost", True))
    return (
        Shown(PageTable("overspend-years", "Overspends and what is carried on, by year", heads, body), figures)
        if body
        else None
    )


def _award(row: Row) -> str:
    return "Lost" if row["is_incentive_lost"] else "No effect"


def _heads(columns: Sequence[tuple[str, str]], tiers: Tiers) -> tuple[Head, ...]:
    return tuple(Head(words.format(payer=tiers.commissioner_short), True) for _, words in columns)


def _pounds(row: Row, columns: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(pounds_and_pence(row[name]) for name, _ in columns)


def _figures(rows: Sequence[Row], columns: Sequence[tuple[str, str]]) -> Mapping[tuple[int, int], str]:
    return {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(rows)
        for column, (name, _) in enumerate(columns, start=1)
    }
