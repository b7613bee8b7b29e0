"""Drafts and budgets as the engine lays them out for people, read by whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from pbc.errors import MissingFigure
from pbc.flows.show_budgets import show_changes, show_preview, show_scenarios
from pbc.reports.budgets import BudgetPreview, FigureTable, ScenarioView, rows_of
from pbc.reports.budgets.tables import distance_in_words
from pbc_web.runs.reading import site_policy, site_store


@lru_cache(maxsize=16)
def preview_of(name: str, set_id: str, practices: frozenset[str]) -> BudgetPreview:
    """This returns a draft's preview for some practices; a set never changes, so it is laid out once."""
    return show_preview(site_store(), site_store().at(name, set_id), policy=site_policy(), practices=practices)


@lru_cache(maxsize=16)
def changes_of(
    name: str, set_id: str, practices: frozenset[str], practice_code: str | None = None
) -> FigureTable | None:
    """This returns what changed since last year, of one practice or of all; None where last year's budgets are not held."""
    draft = site_store().at(name, set_id)
    return show_changes(site_store(), draft, practices=practices, practice_code=practice_code)


@lru_cache(maxsize=16)
def units_previewed(name: str, set_id: str, practices: frozenset[str]) -> frozenset[str]:
    """This returns the codes of the practices, groups and payers whose previews stand on a draft's page."""
    draft = site_store().at(name, set_id)
    tables = {each: draft.frame(each) for each in ("budget_previews",) if each in draft.tables}
    shown = rows_of(tables, practices)
    return frozenset(shown["budget_previews"]["unit_code"]) if shown else frozenset()


@dataclass(frozen=True)
class Beside:
    """What stands beside an offered budget: last year's by service, the steps between them, the list and the fair share."""

    last_year: Mapping[str, int]
    steps: FigureTable | None
    list_size: int
    target_pence: int
    distance: str


@lru_cache(maxsize=64)
def beside_of(name: str, set_id: str, practice_code: str) -> Beside | None:
    """This returns what a draft says of one practice beside its budget; None where the draft is held no more, or says nothing."""
    try:
        draft = site_store().at(name, set_id)
    except MissingFigure:
        return None
    own = pl.col("practice_code") == practice_code
    rows = draft.where("budget_previews", (pl.col("unit_kind") == "practice") & (pl.col("unit_code") == practice_code))
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    held = "budget_changes" in draft.tables
    before = draft.where("budget_changes", own & (pl.col("step") == "last_year")) if held else None
    last_year = {} if before is None else dict(before.select("service", "amount_pence").iter_rows())
    steps = changes_of(name, set_id, frozenset({practice_code}), practice_code)
    folded = None if steps is None else replace(steps, page=replace(steps.page, is_background=True))
    return Beside(
        last_year, folded, row["list_size"], row["target_pence"], distance_in_words(row["closing_distance_ratio"])
    )


def scenarios_of(sets: Sequence[tuple[str, str]], practices: frozenset[str]) -> ScenarioView:
    """This returns drafts side by side."""
    store = site_store()
    drafts = [store.at(name, set_id) for name, set_id in sets]
    return show_scenarios(store, drafts, policy=site_policy(), practices=practices)
