"""A contract as tables of a page: its lines, their months, variations, the bill in steps and what a change does; with figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl

from pbc.money import MINUS, pounds, pounds_and_pence
from pbc.periods import Month
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.reference.payment_forms import PAYMENT_FORMS, STEP_TITLES
from pbc.reports.hidden_rows import said
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
NONE = "None"
TERMS = (
    ("Baseline or sum", "baseline_pence"), ("Paid above", "marginal_percent"), ("Taken back below", "below_percent"),
    ("Corridor from", "floor_pence"), ("Corridor to", "ceiling_pence"), ("Price of a unit", "local_price_pence"),
    ("Planned count", "plan_activity_count"),
)  # fmt: skip
VARIED = (
    ("Baseline changes", "baseline_change_pence"), ("Plan changes", "plan_change_pence"), ("Count changes", "plan_activity_change"),
)  # fmt: skip
CHANGES = (("Worth", "priced"), ("Not paid", "not_paid"), ("Set anew", "rebased"), ("Stays even then", "stranded"))


def line_title(point_of_delivery: str) -> str:
    """This returns a kind of activity as people say it."""
    return POINTS_OF_DELIVERY[point_of_delivery].title


def lines_of_contract(rows: Sequence[Row], *, plans: Sequence[Row] = (), to_date: Month | None = None) -> Shown:
    """This returns the lines of a contract as first agreed: how each is paid, its terms and its plan of the year, and in all.

    A line's plan is the one agreed with it, or the sum of its `plans`, a row each month. With `to_date`, what is planned from
    April to that month is a last column; a line without months has none.
    """
    kept = [(title, name) for title, name in TERMS if any(row[name] is not None for row in rows)]
    asked = [("Planned", None), *([(f"Planned to {to_date.title}", to_date)] if to_date else [])]
    told = [(title, [_planned(row, plans, month=month) for row in rows]) for title, month in asked]
    planned = [(title, each) for title, each in told if any(pence is not None for pence in each)]
    titles = [title for title, _ in (*kept, *planned)]
    heads = (
        Head("Line"), Head("Paid by", is_optional=True),
        *(Head(title, is_number=True, is_optional=True) for title in titles),
    )  # fmt: skip
    body, figures = [], dict[tuple[int, int], str]()
    for at, row in enumerate(rows):
        cells = [_term(name, row[name]) for _, name in kept] + [_planned_said(each[at]) for _, each in planned]
        body.append((line_title(row["point_of_delivery"]), PAYMENT_FORMS[row["payment_form"]].title, *cells))
        linked = [name for _, name in kept] + ["plan_pence"]
        figures |= {
            (at, column): f"{row['figure_id']}:{name}"
            for column, name in enumerate(linked, start=2)
            if row[name] is not None
        }
    if planned:
        in_all = [None if None in each else sum(pence or 0 for pence in each) for _, each in planned]
        body.append(("All", *[NONE] * (1 + len(kept)), *map(_planned_said, in_all)))
    note = "As first agreed; variations stand below. Terms and counts are of the whole year."
    if len(planned) > 1:
        note += f" {planned[1][0]} is the sum of a line's months, which stand below."
    return Shown(
        PageTable("lines", "Lines of the contract", heads, tuple(body), note, has_total=bool(planned)), figures
    )


def _planned_said(pence: int | None) -> str:
    return NONE if pence is None else pounds_and_pence(pence)


def _planned(row: Row, plans: Sequence[Row], *, month: Month | None) -> int | None:
    """What a line is planned to come to in the year, or to a month of it; None where nothing says."""
    own = [each for each in plans if each["point_of_delivery"] == row["point_of_delivery"]]
    if month is None and row["plan_pence"] is not None:
        return int(row["plan_pence"])
    last = max((each["month"] for each in own), default=0) if month is None else month.number
    return sum(each["plan_pence"] for each in own if each["month"] <= last) if own else None


def _term(name: str, value: int | None) -> str:
    if value is None:
        return NONE
    if name.endswith("_percent"):
        return f"{value}%"
    if name == "local_price_pence":
        return pounds_and_pence(value)
    return pounds(value) if name.endswith("_pence") else f"{value:,}"


def months_of_line(rows: Sequence[Row]) -> Shown:
    """This returns the plan of one line month by month."""
    kind = line_title(rows[0]["point_of_delivery"])
    heads = (Head("Month"), Head("Planned count", is_number=True), Head("Planned", is_number=True))
    body, figures = [], dict[tuple[int, int], str]()
    for at, row in enumerate(rows):
        month = Month.from_number(row["month"]).title
        body.append((month, f"{row['plan_activity_count']:,}", pounds_and_pence(row["plan_pence"])))
        figures |= {
            (at, 1): f"{row['figure_id']}:plan_activity_count",
            (at, 2): f"{row['figure_id']}:plan_pence",
        }
    name = f"plan-{rows[0]['point_of_delivery']}"
    return Shown(PageTable(name, f"Plan by month: {kind}", heads, tuple(body), is_background=True), figures)


def variations_of(rows: Sequence[Row], *, day: Callable[[date], str]) -> PageTable:
    """This returns what was changed since a contract was signed, in order; `day` says a day in words."""
    heads = (
        Head("Variation"), Head("Line"), Head("Agreed"), Head("Felt from"), *(Head(title, is_number=True) for title, _ in VARIED),
        Head("Why"),
    )  # fmt: skip
    body = tuple(
        (
            str(row["variation_number"]), line_title(row["point_of_delivery"]), day(row["agreed_on"]),
            Month.from_number(row["from_month"]).title,
            *(pounds(row[name]) if name.endswith("_pence") else f"{row[name]:,}".replace("-", MINUS) for _, name in VARIED), row["reason"],
        )
        for row in rows
    )  # fmt: skip
    return PageTable("variations", "Variations", heads, body)


def bill_steps(bills: pl.DataFrame) -> Shown:
    """This returns each step of the bill of one hospital's lines, year to date, as a reader may see them."""
    rows = bills.sort("point_of_delivery", "sequence").to_dicts()
    heads = (Head("Line"), Head("Step"), Head("Amount", is_number=True), Head("What it does"))
    body = tuple(
        (
            line_title(row["point_of_delivery"]), STEP_TITLES[row["step"]],
            said(row, "amount_pence", say=pounds_and_pence), row["reason"],
        )
        for row in rows
    )  # fmt: skip
    figures = {(at, 2): f"{row['figure_id']}:amount_pence" for at, row in enumerate(rows)}
    return Shown(PageTable("steps", "The bill step by step, year to date", heads, body, is_background=True), figures)


def changes_of_year(changes: pl.DataFrame, *, year: str) -> Shown:
    """This returns what activity beside the plan does to the bill of a year, line by line and in all, in the steps that lead to it.

    The statement's own year is told to its month, the next one whole, under terms that nobody has agreed for it yet.
    """
    rows = changes.filter(pl.col("financial_year") == year).sort("point_of_delivery", "sequence").to_dicts()
    lines = {row["point_of_delivery"]: dict[str, Row]() for row in rows}
    for row in rows:
        lines[row["point_of_delivery"]][row["step"]] = row
    heads = (Head("Line"), *(Head(title, is_number=True) for title, _ in CHANGES), Head("Bill changes", is_number=True))
    body, figures = [], dict[tuple[int, int], str]()
    for at, (kind, steps) in enumerate(lines.items()):
        cells = [said(steps[step], "amount_pence", say=pounds_and_pence) for _, step in CHANGES]
        amounts = [steps[step]["amount_pence"] for _, step in CHANGES]
        whole = "*" if None in amounts else pounds_and_pence(sum(amounts))
        body.append((line_title(kind), *cells, whole))
        figures |= {
            (at, column): f"{steps[step]['figure_id']}:amount_pence"
            for column, (_, step) in enumerate(CHANGES, start=1)
        }
    body.append(("All", *_in_all(rows)))
    caption = f"Bill of {_stretch(year, Month.from_number(rows[0]['statement_month']))}: activity beside the plan"
    return Shown(PageTable(f"changes-{year}", caption, heads, tuple(body), has_total=True), figures)


def _in_all(rows: Sequence[Row]) -> list[str]:
    """The sum of each step, and of all; a sum with a hidden number in it is hidden."""
    amounts = [[row["amount_pence"] for row in rows if row["step"] == step] for _, step in CHANGES]
    sums = [None if None in each else sum(each) for each in (*amounts, [one for each in amounts for one in each])]
    return ["*" if each is None else pounds_and_pence(each) for each in sums]


def _stretch(year: str, month: Month) -> str:
    """How much of a year a change is told for: the statement's year to date, or the whole of the next."""
    title = year.replace("-", "/")
    return (
        f"{title} to {month.title}"
        if month.financial_year.slug == year
        else f"the whole of {title}, if these terms go on"
    )
