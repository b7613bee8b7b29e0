"""Drafts and budgets as the engine lays them out for people, read by whoever shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pbc.flows.show_budgets import show_changes, show_preview, show_scenarios
from pbc.reports.budgets import BudgetPreview, FigureTable, ScenarioView, rows_of
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


def scenarios_of(sets: Sequence[tuple[str, str]], practices: frozenset[str]) -> ScenarioView:
    """This returns drafts side by side."""
    store = site_store()
    drafts = [store.at(name, set_id) for name, set_id in sets]
    return show_scenarios(store, drafts, policy=site_policy(), practices=practices)
