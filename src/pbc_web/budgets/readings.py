"""What published sets say of budgets, as plain values: amounts by line, and what is held back."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from pbc.results import PublishedSet
from pbc_web.runs.reading import site_store

AMENDED = r"_\d+$"


def budget_set(name: str, set_id: str) -> PublishedSet:
    """This returns a set by its name and id."""
    return site_store().at(name, set_id)


@lru_cache(maxsize=32)
def lines_of(name: str, set_id: str) -> pl.DataFrame:
    """This returns the budget lines of a set, which never changes."""
    return budget_set(name, set_id).frame("budget_lines")


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
