"""A year's budgets as pages: a draft's preview, what changed since last year, drafts side by side."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from pbc.errors import MissingPolicy
from pbc.flows.gather_statement import named_input, shown, tiers_of, with_ids
from pbc.flows.scenario import CHOICES, with_choices_of
from pbc.flows.shelf import names_of
from pbc.methods.budgets.compare_scenarios import compare_scenarios
from pbc.periods import FinancialYear
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.reports.budgets import (
    BudgetMaterial,
    BudgetPreview,
    FigureTable,
    ScenarioView,
    build_changes,
    build_preview,
    build_scenarios,
    rows_of,
)
from pbc.results import PublishedSet, Store

SHOWN = ("budget_targets", "budget_previews", "budget_changes", "budget_amendments")  # whose figures stand on pages


def gather_budgets(
    store: Store, budgets: PublishedSet, *, policy: Policy | None = None, practices: Collection[str] | None = None
) -> BudgetMaterial:
    """This returns a draft, or a year's budgets, as pages read them, rows that stand on pages with their figure ids.

    `policy` is the rules with local agreements (else the regime's own); the values a draft varies are laid over it. With
    `practices` it holds those alone, where a store holds several commissioners.
    """
    receipt = budgets.receipt
    year = FinancialYear.parse(receipt.parameters["year"])
    rules = with_choices_of(policy or load_policy(receipt.regime), receipt)
    register = named_input(store, budgets, kind="register")
    tables = {table: with_ids(budgets, table) for table in SHOWN if table in budgets.tables}
    tables["budget_lines"] = budgets.frame("budget_lines")
    return BudgetMaterial(
        year=year,
        title=receipt.parameters.get("draft", f"Budgets of {year}"),
        regime=receipt.regime,
        basis=receipt.parameters["basis"],
        shown=shown(budgets),
        tiers=tiers_of(rules, on=year.start),
        names=names_of(register) if register else {},
        tables=tables if practices is None else rows_of(tables, practices),
        policy=_in_force(rules, year),
        varied=tuple(json.loads(receipt.parameters.get(CHOICES, "{}"))),
    )


def _in_force(policy: Policy, year: FinancialYear) -> tuple[PolicyValue, ...]:
    found = []
    for name in sorted(name for name in policy.values if name.startswith(("budgets.", "risk."))):
        try:
            found.append(policy.value(name, on=year.start))
        except MissingPolicy:  # a value of later years is not used in this one
            continue
    return tuple(found)


def show_preview(
    store: Store, budgets: PublishedSet, *, policy: Policy | None = None, practices: Collection[str] | None = None
) -> BudgetPreview:
    """This returns the page of a draft: need, fair share, budget, distance and luck of every practice. Money in pounds."""
    return build_preview(gather_budgets(store, budgets, policy=policy, practices=practices))


def show_changes(
    store: Store,
    budgets: PublishedSet,
    *,
    practice_code: str | None = None,
    practices: Collection[str] | None = None,
) -> FigureTable | None:
    """This returns what changed since last year, of one practice by service or of all; None where last year's are not held."""
    return build_changes(gather_budgets(store, budgets, practices=practices), practice_code=practice_code)


def show_scenarios(
    store: Store,
    drafts: Sequence[PublishedSet],
    *,
    policy: Policy | None = None,
    practices: Collection[str] | None = None,
) -> ScenarioView:
    """This returns two to four drafts of a year side by side, each practice's budget and difference from the first.

    Drafts are known by what people call them; another version of one name is told apart by its set's id.
    """
    gathered = [gather_budgets(store, draft, policy=policy, practices=practices) for draft in drafts]
    titles = [draft.title for draft in gathered]
    named = [draft if titles.count(draft.title) == 1 else _told_apart(draft) for draft in gathered]
    lines = {draft.title: draft.table("budget_lines") for draft in named}
    return build_scenarios(named, compare_scenarios(lines))


def _told_apart(draft: BudgetMaterial) -> BudgetMaterial:
    return replace(draft, title=f"{draft.title} ({draft.shown.set_id[:6]})")
