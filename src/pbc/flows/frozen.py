"""Agreed budgets are frozen: only amendments follow them."""

from __future__ import annotations

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.results import Receipt, Store

FROZEN_BY = ("adopt_budgets", "amend_budgets")


def require_not_frozen(store: Store, *, year: FinancialYear, by: Receipt) -> None:
    """This refuses to put other budgets in the place of a year's agreed ones; the same again are let through."""
    held = store.find(f"budgets/{year.slug}")
    if held is not None and held.receipt.flow in FROZEN_BY and held.set_id != by.fingerprint:
        raise RefusedInput(
            f"The budgets of {year} are agreed and frozen.", where=f"{held.name}, set {held.set_id}",
            remedy="Amend them instead (pbc amend-budgets), or set a draft beside them.",
        )  # fmt: skip
