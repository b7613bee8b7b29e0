"""What published sets say of budgets, as plain values: amounts by line, and what is held back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from pbc.errors import MissingFigure
from pbc.results import PublishedSet
from pbc.results.figures import figure_ids
from pbc.tables import ALL
from pbc_web.runs.reading import site_store

AMENDED = r"_\d+$"
TOTAL = "total"  # the line of budget_targets that holds the whole


def budget_set(name: str, set_id: str) -> PublishedSet:
    """This returns a set by its name and id."""
    return site_store().at(name, set_id)


@lru_cache(maxsize=32)
def lines_of(name: str, set_id: str) -> pl.DataFrame:
    """This returns the budget lines of a set, which never changes."""
    return budget_set(name, set_id).frame("budget_lines")


@lru_cache(maxsize=32)
def _rows_with_ids(name: str, set_id: str, table: str) -> pl.DataFrame:
    held = budget_set(name, set_id)
    rows = held.frame(table) if table in held.tables else ALL[table].empty()
    return rows.with_columns(figure_id=figure_ids(name, set_id, table, rows))


def figures_of(name: str, set_id: str, practice_code: str, amounts: Mapping[str, int]) -> dict[str, str]:
    """This returns the id of the figure that each line of a practice's budget is in a set, and of the whole under no name.

    An amount that the set holds otherwise, or a set that is held no more, has none.
    """
    try:
        rows = _rows_with_ids(name, set_id, "budget_targets")
    except MissingFigure:
        return {}
    wanted = {**amounts, TOTAL: sum(amounts.values())}
    return {
        "" if row["service"] == TOTAL else row["service"]: f"{row['figure_id']}:budget_pence"
        for row in rows.filter(pl.col("practice_code") == practice_code).to_dicts()
        if wanted.get(row["service"]) == row["budget_pence"]
    }


def figures_of_change(name: str, set_id: str, practice_code: str, changes: Mapping[str, int]) -> dict[str, str]:
    """This returns the id of the amendment that each change of a practice's lines is, where the latest one made it whole."""
    try:
        rows = _rows_with_ids(name, set_id, "budget_amendments")
    except MissingFigure:
        return {}
    latest = rows.filter(pl.col("amendment_number") == pl.col("amendment_number").max())
    return {
        row["service"]: f"{row['figure_id']}:amount_pence"
        for row in latest.filter(pl.col("practice_code") == practice_code).to_dicts()
        if changes.get(row["service"]) == row["amount_pence"]
    }


def amounts_of(name: str, set_id: str, practice_codes: frozenset[str]) -> dict[tuple[str, str], int]:
    """This returns the budget of each practice and service, in pence."""
    lines = lines_of(name, set_id).filter(pl.col("practice_code").is_in(sorted(practice_codes)))
    sums = lines.group_by("practice_code", "service").agg(pl.col("amount_pence").sum()).sort("practice_code", "service")
    return {(code, service): pence for code, service, pence in sums.iter_rows()}


def by_practice(amounts: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """This returns amounts as service by practice.

    >>> by_practice({("Z1", "planned_care"): 5, ("Z1", "community"): 2})
    {'Z1': {'planned_care': 5, 'community': 2}}
    """
    found: dict[str, dict[str, int]] = {}
    for (code, service), pence in amounts.items():
        found.setdefault(code, {})[service] = pence
    return found


def held_back(name: str, set_id: str, practice_codes: frozenset[str]) -> dict[str, int]:
    """This returns what practices handed back to the risk pool and the top-slice, in pence."""
    kind = pl.col("step").str.replace(AMENDED, "")
    lines = lines_of(name, set_id).filter(pl.col("practice_code").is_in(sorted(practice_codes)))
    sums = lines.group_by(kind).agg(-pl.col("amount_pence").sum())
    found = {step: pence for step, pence in sums.iter_rows() if step in ("risk_pool", "top_slice")}
    return {each: found.get(each, 0) for each in ("risk_pool", "top_slice")}
