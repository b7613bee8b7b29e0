"""Prescribing as money on one page: practice by practice, the price list by month, unidentified prescribers, age and sex beside need."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import polars as pl

from pbc.money import pounds_and_pence
from pbc.periods import Month
from pbc.reports.hidden_rows import STAR
from pbc.reports.prescribing import KINDS, STEPS
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
Naming = Callable[[str], str]
SHARED = (
    ("age_sex_pence", "By age and sex"), ("need_pence", "By need"), ("difference_pence", "Difference"), ("set_pence", "As set"),
)  # fmt: skip
PRICES = (("before_pence", "At the prices of the month before"), ("now_pence", "What it cost"))


def practices_table(effects: pl.DataFrame, *, name_of: Naming, named: Collection[str]) -> Shown | None:
    """This returns each practice's prescribing from last year to this one, steps across; None where nobody named has any.

    Grain in: PRESCRIBING_EFFECTS with figure ids. The steps add up to this year's cost, to the penny.
    """
    own = effects.filter(pl.col("practice_code").is_in(list(named))).sort("practice_code", "sequence")
    body: list[tuple[str, ...]] = []
    figures: dict[tuple[int, int], str] = {}
    for (code,), rows in own.group_by("practice_code", maintain_order=True):
        by_step = {row["step"]: row for row in rows.to_dicts()}
        amounts = [by_step[step]["amount_pence"] for step in STEPS]
        for at, step in enumerate(STEPS, start=1):
            figures[len(body), at] = f"{by_step[step]['figure_id']}:amount_pence"
        total = None if None in amounts else sum(amounts)
        body.append((name_of(str(code)), *map(_pounds, amounts), _pounds(total)))
    heads = (Head("Practice"), *(Head(words, True) for words in STEPS.values()), Head("This year", True))
    note = "Above £0 adds to cost, below takes from it. No practice chooses the prices of the national list."
    table = PageTable(
        "practices", "Practice by practice, against the same months last year", heads, tuple(body), note=note
    )
    return Shown(table, figures) if body else None


def prices_table(prices: pl.DataFrame) -> Shown | None:
    """This returns how the price list moved from month to month, and where it is taken to have changed; None without prices.

    Grain in: PRESCRIBING_PRICES with figure ids: the same quantities at the prices of the month before and at its own.
    """
    rows = prices.sort("month").to_dicts()
    body = tuple(
        (
            Month.from_number(row["month"]).title, f"{row['products_count']:,}", *(_pounds(row[name]) for name, _ in PRICES),
            f"{row['change_ratio']:+.1%}".replace("-", "−"), "Changed" if row["is_list_changed"] else "As before",
        )
        for row in rows
    )  # fmt: skip
    figures = {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(rows)
        for column, name in ((2, "before_pence"), (3, "now_pence"), (4, "change_ratio"))
    }
    heads = (
        Head("Month"),
        Head("Products", True),
        *(Head(words, True) for _, words in PRICES),
        Head("Change", True),
        Head("Price list"),
    )
    note = "Products dispensed in both months, of all prescribers together. A list is taken to have changed beyond the value of the rules."
    return (
        Shown(PageTable("prices", "The national price list, month by month", heads, body, note=note), figures)
        if body
        else None
    )


def unidentified_months(unidentified: pl.DataFrame, *, name_of: Naming) -> Shown | None:
    """This returns what no practice's statement counts: by the code it was signed under and by month; None where nothing is.

    Grain in: UNIDENTIFIED_PRESCRIBERS with figure ids.
    """
    rows = unidentified.sort("kind", "prescriber_code", "month").to_dicts()
    body = tuple(
        (
            f"{name_of(row['prescriber_code'])}, {Month.from_number(row['month']).title}", KINDS[row["kind"]],
            STAR if row["items"] is None else f"{row['items']:,}", _pounds(row["net_ingredient_cost_pence"]),
        )
        for row in rows
    )  # fmt: skip
    figures = {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(rows)
        for column, name in ((2, "items"), (3, "net_ingredient_cost_pence"))
    }
    heads = (Head("Code and month"), Head("Why"), Head("Items", True), Head("Cost", True))
    note = "With the practices of the register these rows are all that was delivered."
    return (
        Shown(PageTable("unidentified", "Unidentified prescribers", heads, body, note=note), figures) if body else None
    )


def shares_table(shared: pl.DataFrame, *, name_of: Naming, named: Collection[str], caption: str) -> Shown | None:
    """This returns the pot by age and sex, by need and as set, practice by practice; those not named together in one row.

    Grain in: PRESCRIBING_BUDGETS with figure ids, of one commissioner. Both columns share the same pot and add up to it.
    """
    rows = shared.sort("practice_code").to_dicts()
    mine = [row for row in rows if row["practice_code"] in named]
    rest = [row for row in rows if row["practice_code"] not in named]
    body = [
        (name_of(row["practice_code"]), f"{row['patients_count']:,}", *(_pounds(row[name]) for name, _ in SHARED))
        for row in mine
    ]
    if rest:
        body.append((_rest(len(rest)), f"{sum(row['patients_count'] for row in rest):,}", *_sums(rest)))
    if len(rows) > 1:
        body.append(("Together", f"{sum(row['patients_count'] for row in rows):,}", *_sums(rows)))
    figures = {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(mine)
        for column, (name, _) in enumerate(SHARED, start=2)
        if row[name] is not None
    }
    heads = (Head("Practice"), Head("People", True), *(Head(words, True) for _, words in SHARED))
    note = f"Weights: {', '.join(sorted(set(shared['weights_source'])))}. Nothing follows from it by itself: budgets are as set."
    table = PageTable("age-sex", caption, heads, tuple(body), note=note, has_total=len(rows) > 1)
    return Shown(table, figures) if body else None


def _rest(count: int) -> str:
    return f"{count} {'practice' if count == 1 else 'practices'} not shown to you one by one"


def _sums(rows: list[Row]) -> tuple[str, ...]:
    return tuple(_pounds(sum(row[name] or 0 for row in rows)) for name, _ in SHARED)


def _pounds(pence: int | None) -> str:
    return STAR if pence is None else pounds_and_pence(pence)
