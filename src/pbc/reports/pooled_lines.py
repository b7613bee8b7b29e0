"""Lines pooled with a local authority and allocations over years as tables of pages, each number with the id of its figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from pbc.money import MINUS, pounds_and_pence
from pbc.periods import Month
from pbc.reports.amounts import percent
from pbc.reports.history import day_in_words
from pbc.reports.reconciliation_tables import Shown
from pbc.reports.view import Head, PageTable

Row = dict[str, Any]
Naming = Callable[[str], str]
KINDS = {"nhs": "NHS", "local_authority": "Local authority"}
MONEY = (
    ("budget_pence", "Planned"), ("spent_pence", "Spent"), ("contribution_pence", "Puts in"), ("risk_pence", "Of over- or underspend"),
    ("borne_pence", "Bears"), ("settlement_pence", "Settles"),
)  # fmt: skip
STANDS = (("borne_to_date_pence", "Borne to date"), ("settlement_to_date_pence", "To settle to date"))
PATH = (
    ("before_pence", "Year before"), ("rebased_pence", "Opening anew"), ("growth_pence", "Growth"), ("convergence_pence", "Convergence"),
    ("closing_pence", "Allocation"), ("target_pence", "Target"),
)  # fmt: skip
RULES = {
    "growth_only": "Growth only", "convergence_rate": "A rate of the opening", "share_of_distance": "A share of the distance",
    None: "Several, as codes merged",
}  # fmt: skip
MILLION = 1_000_000


def owners_table(lines: pl.DataFrame, *, name_of: Naming) -> PageTable:
    """This returns what each owner of a line signed: its part, the risk it bears, from when to when, and its own financial year."""
    body = tuple(
        (
            name_of(row["owner_code"]), KINDS[row["owner_kind"]], _month_name(row["year_starts_month_number"]),
            _share(row["contribution_millionths"]), _share(row["risk_millionths"]), _holds(row),
            f"{row['signed_by']}, {day_in_words(row['signed_on'])}" if row["signed_by"] and row["signed_on"] else "Not signed",
        )
        for row in lines.sort("owner_code").to_dicts()
    )  # fmt: skip
    heads = (
        Head("Owner"), Head("Kind"), Head("Its year begins in"), Head("Puts in", True), Head("Bears of the risk", True), Head("Holds"),
        Head("Signed by"),
    )  # fmt: skip
    code, title = lines["line_code"][0], lines["line_name"][0]
    return PageTable(f"owners-{code.lower()}", f"{title}: what was signed", heads, body)


def standing_table(positions: pl.DataFrame, *, title: str, name_of: Naming) -> Shown:
    """This returns where each owner of a line stands in its newest month, in its own financial year; settlements of one month cancel."""
    rows = positions.sort("month").group_by("owner_code", maintain_order=True).last().sort("owner_code").to_dicts()
    body = tuple(
        (
            name_of(row["owner_code"]), Month.from_number(row["month"]).title, day_in_words(row["year_starts_on"]),
            *(pounds_and_pence(row[name]) for name, _ in STANDS), _settles(row["settlement_to_date_pence"]),
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Owner"),
        Head("To"),
        Head("Since"),
        *(Head(words, True) for _, words in STANDS),
        Head("What that means"),
    )
    note = "To date is since the owner's own financial year began, so that owners with different years do not cancel to date."
    code = positions["line_code"][0]
    table = PageTable(f"standing-{code.lower()}", f"{title}: where each owner stands", heads, body, note=note)
    return Shown(table, _figures(rows, [name for name, _ in STANDS], first=3))


def months_table(positions: pl.DataFrame, *, title: str, name_of: Naming) -> Shown:
    """This returns every month of a line, owner by owner: planned, spent, its part of both, what it bears and what settles it."""
    rows = positions.sort("month", "owner_code", descending=[True, False]).to_dicts()
    body = tuple(
        (
            f"{Month.from_number(row['month']).title}, {name_of(row['owner_code'])}", *(pounds_and_pence(row[name]) for name, _ in MONEY),
            "Shared" if row["is_shared"] else "Each its own",
        )
        for row in rows
    )  # fmt: skip
    heads = (Head("Month and owner"), *(Head(words, True) for _, words in MONEY), Head("By the agreement"))
    note = "In every month what owners bear is what they spent, and what they settle cancels: above £0 is paid to the others."
    code = positions["line_code"][0]
    table = PageTable(f"months-{code.lower()}", f"{title}: month by month", heads, body, note=note, is_background=True)
    return Shown(table, _figures(rows, [name for name, _ in MONEY], first=1))


def path_table(paths: pl.DataFrame, *, title: str) -> Shown:
    """This returns a commissioner's allocation year by year, from what it closed at before to its target and the distance left."""
    rows = paths.sort("financial_year").to_dicts()
    columns = [each for each in PATH if each[0] != "rebased_pence" or any(row["rebased_pence"] for row in rows)]
    body = tuple(
        (
            row["financial_year"].replace("-", "/"), *(pounds_and_pence(row[name]) for name, _ in columns),
            _distance(row["distance_ratio"]), RULES[row["rule"]],
        )
        for row in rows
    )  # fmt: skip
    heads = (
        Head("Year"),
        *(Head(words, True) for _, words in columns),
        Head("Above or below target", True),
        Head("How it moves"),
    )
    sources = ", ".join(sorted(set(paths["source"])))
    note = f"Year before, growth and convergence add up to the allocation. All was read from {sources}, or follows from it.{_moves(rows)}"
    code = paths["commissioner_code"][0]
    table = PageTable(f"path-{code.lower()}", f"{title}: allocations over years", heads, body, note=note)
    return Shown(table, _figures(rows, [name for name, _ in columns], first=1))


def _distance(ratio: float | None) -> str:
    return "None" if ratio is None else f"{ratio:+.2%}".replace("-", MINUS)


def _moves(rows: list[Row]) -> str:
    """Whether the years told bring it nearer to its target, in a sentence; nothing where fewer than two have one."""
    told = [row["distance_ratio"] for row in rows if row["distance_ratio"] is not None]
    if len(told) < 2:
        return ""
    first, last = told[0], told[-1]
    way = "nearer to" if abs(last) < abs(first) else "further from" if abs(last) > abs(first) else "as far from"
    than = "as" if way == "as far from" else "than"
    return f" From {_distance(first)} to {_distance(last)}, it ends {way} its target {than} it began."


def _figures(rows: list[Row], names: list[str], *, first: int) -> dict[tuple[int, int], str]:
    return {
        (at, column): f"{row['figure_id']}:{name}"
        for at, row in enumerate(rows)
        for column, name in enumerate(names, start=first)
    }


def _settles(pence: int) -> str:
    if pence == 0:
        return "Nothing is due"
    return (
        f"Pays {pounds_and_pence(pence)} to the other owners"
        if pence > 0
        else f"Is paid {pounds_and_pence(-pence)} by the other owners"
    )


def _share(millionths: int | None) -> str:
    return "Not agreed" if millionths is None else percent(millionths / MILLION, places=0)


def _holds(row: Row) -> str:
    if row["starts_on"] is None:
        return "No agreement"
    until = f", ends before {day_in_words(row['ends_before'])}" if row["ends_before"] else ""
    return f"From {day_in_words(row['starts_on'])}{until}"


def _month_name(number: int) -> str:
    return f"{Month(2000, number).title}".split()[0]
