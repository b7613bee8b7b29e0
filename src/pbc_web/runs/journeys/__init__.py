"""The kinds of work that may be asked for. A new kind: a function in a module of this folder, and its line in JOURNEYS.

These functions and `runs.reading` are the only places of the web that know the engine's flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pbc.periods import FinancialYear, Month
from pbc_web.runs.journeys import benefits, books, budgets, cases, deliveries, ledger, organisations, statements
from pbc_web.runs.journeys.kind import Kind, Outcome, Site

JOURNEYS: dict[str, Kind] = {
    "bring_up_to_date": organisations.BRING_UP_TO_DATE,
    "read_hierarchies": organisations.READ_HIERARCHIES,
    "check_delivery": deliveries.CHECK_DELIVERY,
    "receive_accepted": deliveries.RECEIVE_ACCEPTED,
    "check_books": books.CHECK_BOOKS,
    "receive_books": books.RECEIVE_BOOKS,
    "state_month": statements.STATE_MONTH,
    "close_year": statements.CLOSE_YEAR,
    "reconcile": ledger.RECONCILE,
    "appraise_case": cases.APPRAISE,
    "choose_comparators": benefits.CHOOSE,
    "compare_benefit": benefits.COMPARE,
    "draft_budgets": budgets.DRAFT,
    "adopt_budgets": budgets.ADOPT,
    "amend_budgets": budgets.AMEND,
    "weigh_prescribing": budgets.WEIGH_PRESCRIBING,
    "share_pots": budgets.SHARE_POTS,
}

__all__ = ["JOURNEYS", "Kind", "Outcome", "Site", "title_of"]


def title_of(kind: str, parameters: Mapping[str, Any]) -> str:
    """This returns in words what a run does; of a kind no longer known, its name."""
    found = JOURNEYS.get(kind)
    said = _Said((name, _in_words(name, str(value))) for name, value in parameters.items())
    return found.title.format_map(said) if found else kind.replace("_", " ").capitalize()


def _in_words(name: str, value: str) -> str:
    """A parameter as people say it: 2009/10 for 2009-10, December 2009 for 2009-12."""
    said = {"year": lambda: str(FinancialYear.parse(value)), "month": lambda: Month.parse(value).title}
    return said[name]() if name in said else value.replace("_", " ")


class _Said(dict[str, Any]):
    """Parameters as a title says them; one not given stands as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
