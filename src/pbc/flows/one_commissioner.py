"""One store holds the budgets of one commissioner: agreeing a year's budgets agrees all that the store holds of it."""

from __future__ import annotations

import polars as pl

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.gather_statement import named_input
from pbc.periods import FinancialYear
from pbc.results import PublishedSet, Store

REMEDY = "Run a service and a store for each commissioner: one commissioner's budgets a store."


def commissioners_held(store: Store, *, year: FinancialYear) -> tuple[str, ...]:
    """This returns the codes of the commissioners whose practices would be budgeted: by the need of a year, else the register.

    Where neither is held there are none.
    """
    need = store.find(f"need/{year.slug}")
    if need is not None:
        return _in_lists(need.frame("weighted_lists"), year)
    register = store.find("register")
    if register is None:
        return ()
    held = (pl.col("starts_on") <= year.start) & (pl.col("ends_before") > year.start)
    belongs = register.frame("memberships").filter((pl.col("relation") == "practice_commissioner") & held)
    return tuple(belongs["parent_code"].unique().sort())


def require_one_commissioner(store: Store, budgets: PublishedSet, *, year: FinancialYear) -> None:
    """This refuses to agree budgets of more than one commissioner at once: nobody agrees another's."""
    need = named_input(store, budgets, kind="need")
    if need is None:
        raise MissingFigure(
            "The budgets do not say whose money they are.", where=budgets.name, expected="an input need"
        )
    budgeted = pl.col("practice_code").is_in(budgets.frame("budget_lines")["practice_code"].unique().to_list())
    refuse_others(_in_lists(need.frame("weighted_lists").filter(budgeted), year), where=budgets.name)


def refuse_others(held: tuple[str, ...], *, where: str) -> None:
    """This refuses more than one commissioner, naming them."""
    if len(held) > 1:
        raise RefusedInput(
            "These are the budgets of more than one commissioner, and agreeing them would agree all of them.", where=where,
            found=", ".join(held), expected="one commissioner", remedy=REMEDY,
        )  # fmt: skip


def _in_lists(lists: pl.DataFrame, year: FinancialYear) -> tuple[str, ...]:
    return tuple(lists.filter(pl.col("list_year") == year.slug)["commissioner_code"].unique().sort())
