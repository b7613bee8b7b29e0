"""What a stay, attendance or item that a case would change is paid at: a local price, else the average of what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.reference.activity import POINTS_OF_DELIVERY, PRESCRIBING_POD
from pbc.tables import APPRAISAL_PRICES
from pbc.tables.case_activity_changes import ALL_OF_IT

ASKED = ("case_code", "provider_code", "point_of_delivery", "treatment_function_code")


@dataclass(frozen=True)
class _Done:
    """What was done, averaged: which of it, how many, what was paid for it and what it counts in a budget."""

    basis: str
    count: int
    cost_pence: int
    plan_pence: int


def price_activity(
    case_activity_changes: pl.DataFrame, *, activity_cells: pl.DataFrame, prescribing_cells: pl.DataFrame,
    contract_forms: pl.DataFrame, least_count: int, window: str, items_window: str,
) -> pl.DataFrame:  # fmt: skip
    """This returns APPRAISAL_PRICES: what one unit of each activity that a case changes is paid at, as two whole numbers.

    Grain in: CASE_ACTIVITY_CHANGES; ACTIVITY_CELLS of the months that `window` names, PRESCRIBING_CELLS of `items_window`, all practices;
    CONTRACT_FORMS of the year. A local price of the line holds. Else the average of the specialty at the hospital, else of
    the kind at the hospital, else of the kind at all hospitals: the first of at least `least_count` units, so that no price is
    that of a few people. Prescribing is the average item, at net ingredient cost. What has no price is refused by row.
    Pence. Source: decision methods/0253.
    """
    rows = []
    for ask in case_activity_changes.unique(ASKED, keep="first", maintain_order=True).iter_rows(named=True):
        is_drug = ask["point_of_delivery"] == PRESCRIBING_POD
        of = items_window if is_drug else window
        tried = _items(prescribing_cells) if is_drug else _averages(ask, activity_cells)
        done = next((each for each in tried if each.count >= max(least_count, 1)), None)
        local = _local_price(ask, contract_forms)
        if done is None and local is None:
            raise _unpriced(ask, least_count, of)
        rows.append({name: ask[name] for name in ASKED} | _price(done, local, of))
    return APPRAISAL_PRICES.from_rows(rows).sort(APPRAISAL_PRICES.key)


def _averages(ask: dict[str, Any], cells: pl.DataFrame) -> Iterator[_Done]:
    kind = cells.filter(pl.col("point_of_delivery") == ask["point_of_delivery"])
    here = kind.filter(pl.col("provider_code") == ask["provider_code"])
    if ask["treatment_function_code"] != ALL_OF_IT:
        yield _done("specialty", here.filter(pl.col("treatment_function_code") == ask["treatment_function_code"]))
    yield _done("hospital", here)
    yield _done("all_hospitals", kind)


def _done(basis: str, rows: pl.DataFrame) -> _Done:
    return _Done(basis, *(int(rows[name].sum()) for name in ("activity_count", "cost_pence", "plan_price_pence")))


def _items(cells: pl.DataFrame) -> Iterator[_Done]:
    cost = int(cells["net_ingredient_cost_pence"].sum())
    yield _Done("all_hospitals", int(cells["items"].sum()), cost, cost)


def _local_price(ask: dict[str, Any], forms: pl.DataFrame) -> int | None:
    held = forms.filter(
        (pl.col("provider_code") == ask["provider_code"])
        & (pl.col("point_of_delivery") == ask["point_of_delivery"])
        & pl.col("local_price_pence").is_not_null()
    )
    return int(held["local_price_pence"][0]) if held.height else None


def _price(done: _Done | None, local: int | None, window: str) -> dict[str, Any]:
    if local is None:
        assert done is not None  # else it was refused
        said = f"Average of what was done in {window}."
        return _row(done.basis, done.count, done.cost_pence, done.plan_pence, said)
    if done is None:
        return _row("local_price", 1, local, local, "Price of a unit agreed locally; a budget counts it so too.")
    said = f"Price of a unit agreed locally; a budget counts what was done in {window} at its own prices."
    return _row("local_price", done.count, done.count * local, done.plan_pence, said)


def _row(basis: str, count: int, cost_pence: int, plan_pence: int, reason: str) -> dict[str, Any]:
    return {
        "price_basis": basis, "activity_count": count, "cost_pence": cost_pence, "plan_price_pence": plan_pence,
        "reason": reason,
    }  # fmt: skip


def _unpriced(ask: dict[str, Any], least_count: int, window: str) -> RefusedInput:
    kind = POINTS_OF_DELIVERY[ask["point_of_delivery"]].title.lower()
    return RefusedInput(
        "What this activity is paid at is not known.", where=f"changes of activity of a case, row {ask['change_number']}",
        found=f"fewer than {least_count} {kind} in {window}", expected="a local price of the contract, or enough that was done",
        remedy="Receive the activity of the year, or agree a local price in its contract forms.",
    )  # fmt: skip
