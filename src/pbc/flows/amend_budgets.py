"""Amend a year's agreed budgets: nothing agreed is worked out again, what is decided is added as further lines."""

from __future__ import annotations

import hashlib

import polars as pl

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.gather_statement import named_input
from pbc.flows.journey import Journey
from pbc.methods.budgets.amend import amend_lines, amend_profiles, amend_targets
from pbc.methods.budgets.amendments import require_amendments
from pbc.periods import FinancialYear, Month
from pbc.results import PublishedSet, Receipt, Store
from pbc.tables import BUDGET_AMENDMENTS

COPIED = ("rejected_rows",)


def amend_budgets(
    store: Store,
    *,
    year: FinancialYear,
    base_set_id: str,
    amendments: pl.DataFrame,
    journey: Journey | None = None,
) -> PublishedSet:
    """This returns the set budgets/<year> with amendments added to the set it replaces, `base_set_id`.

    `amendments` are BUDGET_AMENDMENTS (rows of one number are one decision; numbers follow on from the base's). The table
    budget_amendments keeps every one of the year. Statements made from then on hold to the new set; months already
    stated keep their budgets. Refused: a base that is no longer in force, a closed year, and whatever
    `require_amendments` and `amend_profiles` refuse. The same amendments of the same base again change nothing.
    """
    journey = journey or Journey()
    name = f"budgets/{year.slug}"
    base, held = store.at(name, base_set_id), store.current(name)
    so_far = base.frame("budget_amendments") if "budget_amendments" in base.tables else BUDGET_AMENDMENTS.empty()
    added = _numbered(amendments, after=so_far)
    receipt = _receipt(base, added, journey)
    if held.set_id == receipt.fingerprint:
        return held
    if held.set_id != base.set_id:
        raise RefusedInput(
            f"The budgets of {year} have changed since.", where=name, found=f"set {base.set_id}",
            expected=f"the set in force, {held.set_id}", remedy="Look at the budgets as they stand and decide again.",
        )  # fmt: skip
    journey.step(f"Holding {added['amendment_number'].n_unique()} amendments against the rules", 0.2)
    lines = base.frame("budget_lines")
    require_amendments(added, lines=lines, payers=_payers(store, base), year=year, closed_to=_closed_to(store, year))
    journey.step("Adding lines and spreading them over the months left", 0.5)
    amended = amend_lines(lines, amendments=added)
    tables = {
        "budget_lines": amended,
        "budget_targets": amend_targets(base.frame("budget_targets"), lines=amended),
        "budget_profiles": amend_profiles(base.frame("budget_profiles"), amendments=added),
        "budget_amendments": pl.concat([so_far, added]),
        **{table: base.frame(table) for table in COPIED if table in base.tables},
    }
    journey.step("Publishing the amended budgets", 0.95)
    return store.publish(name, tables, receipt)


def _numbered(amendments: pl.DataFrame, *, after: pl.DataFrame) -> pl.DataFrame:
    if amendments.is_empty():
        raise RefusedInput("There is no amendment to make.", expected="one row or more of budget_amendments")
    last = int(str(after["amendment_number"].max() or 0))
    number = pl.col("amendment_number").rank("dense").cast(pl.Int64) + last
    return BUDGET_AMENDMENTS.conform(amendments.with_columns(number.alias("amendment_number")))


def _payers(store: Store, base: PublishedSet) -> pl.DataFrame:
    need = named_input(store, base, kind="need")
    if need is None:
        raise MissingFigure("The budgets do not say whose money they are.", where=base.name, expected="an input need")
    lists = need.frame("weighted_lists")
    return lists.select("practice_code", "commissioner_code").unique("practice_code", keep="first", maintain_order=True)


def _closed_to(store: Store, year: FinancialYear) -> Month | None:
    if store.find(f"year-end/{year.slug}") is not None:
        raise RefusedInput(f"The year {year} is closed: its budgets no longer change.", where=f"year-end/{year.slug}")
    return max((month for month in year.months() if store.find(f"statement/{month}")), default=None)


def _receipt(base: PublishedSet, added: pl.DataFrame, journey: Journey) -> Receipt:
    told = hashlib.sha256(added.sort(BUDGET_AMENDMENTS.key).write_csv().encode()).hexdigest()
    return Receipt(
        flow="amend_budgets",
        inputs={**base.receipt.inputs, base.name: base.set_id},
        parameters={**base.receipt.parameters, "amendments": told},
        regime=base.receipt.regime,
        policy=base.receipt.policy,
        engine=base.receipt.engine,
        is_made_up=base.receipt.is_made_up,
        made_at=journey.made_at,
    )
