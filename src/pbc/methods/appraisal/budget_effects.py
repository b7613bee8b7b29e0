"""What an option does to each line of each practice's budget, beyond doing nothing."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl

from pbc.money import share_out
from pbc.reference.activity import POINTS_OF_DELIVERY, PRESCRIBING_POD
from pbc.tables import APPRAISAL_BUDGETS, UNPLACED
from pbc.tables.case_activity_changes import ALL_OF_IT

Line = tuple[str, str, str, str]  # option, year, practice, service
Weights = Mapping[str, int | Fraction]
ALIKE = 2  # practices at least: the part of one alone tells what it did


def share_budget_effects(
    appraisal_changes: pl.DataFrame, *, case_options: pl.DataFrame, activity_cells: pl.DataFrame,
    prescribing_cells: pl.DataFrame, budget_lines: pl.DataFrame, least_count: int,
) -> pl.DataFrame:  # fmt: skip
    """This returns APPRAISAL_BUDGETS: what each option charges more or less to each line of a budget, at budget prices.

    Grain in: APPRAISAL_CHANGES, CASE_OPTIONS, ACTIVITY_CELLS and PRESCRIBING_CELLS of the months that were priced, and
    BUDGET_LINES of the year appraised. A change of one practice is its own. One of all is shared by what each practice did of
    it: of the specialty at the hospital, else of the kind there, else of the kind anywhere, else to nobody's practice.
    Practices that did fewer than `least_count` bear alike, so that no part tells of a few people. Whole pence that add up.
    What doing nothing changes is taken off; it has no rows itself. Source: decisions methods/0253 and methods/0262.
    """
    nothing = case_options.filter("is_do_nothing")["option_code"][0]
    charged: dict[Line, int] = {}
    for change in appraisal_changes.iter_rows(named=True):
        service = POINTS_OF_DELIVERY[change["point_of_delivery"]].service
        for practice, pence in _shared(change, activity_cells, prescribing_cells, least_count).items():
            key = (change["option_code"], change["financial_year"], practice, service)
            charged[key] = charged.get(key, 0) + pence
    without = {key[1:]: pence for key, pence in charged.items() if key[0] == nothing}
    set_to = _set_to(budget_lines)
    rows = []
    for option in case_options.filter(~pl.col("is_do_nothing")).iter_rows(named=True):
        own = {key[1:]: pence for key, pence in charged.items() if key[0] == option["option_code"]}
        rows += [
            {
                "case_code": option["case_code"], "option_code": option["option_code"], "financial_year": line[0],
                "practice_code": line[1], "service": line[2], "change_pence": own.get(line, 0) - without.get(line, 0),
                "budget_pence": set_to.get(line[1:]),
            }
            for line in {*own, *without}
        ]  # fmt: skip
    return APPRAISAL_BUDGETS.from_rows(rows).sort(APPRAISAL_BUDGETS.key)


def _set_to(budget_lines: pl.DataFrame) -> Mapping[tuple[str, ...], int]:
    added = budget_lines.group_by("practice_code", "service").agg(pl.col("amount_pence").sum())
    return {(practice, service): pence for practice, service, pence in added.iter_rows()}


def _shared(change: dict[str, Any], cells: pl.DataFrame, items: pl.DataFrame, least_count: int) -> Mapping[str, int]:
    """Practice to pence of one change in one year."""
    if change["practice_code"] != ALL_OF_IT:
        return {change["practice_code"]: change["budget_change_pence"]}
    is_drug = change["point_of_delivery"] == PRESCRIBING_POD
    weights = _weigh(items, "net_ingredient_cost_pence") if is_drug else _done_by(change, cells, least_count)
    if not weights:
        return {UNPLACED: change["budget_change_pence"]}
    practices = sorted(weights)
    parts = share_out(change["budget_change_pence"], [weights[each] for each in practices], keys=practices)
    return dict(zip(practices, parts, strict=True))


def _done_by(change: dict[str, Any], cells: pl.DataFrame, least_count: int) -> Weights:
    kind = cells.filter(pl.col("point_of_delivery") == change["point_of_delivery"])
    here = kind.filter(pl.col("provider_code") == change["provider_code"])
    specialty = here.filter(pl.col("treatment_function_code") == change["treatment_function_code"])
    tried = (_made_alike(_weigh(rows, "activity_count"), least_count) for rows in (specialty, here, kind))
    return next((weights for weights in tried if weights), {})


def _made_alike(counts: dict[str, int], least_count: int) -> Weights:
    """What each practice did, those of few alike: with the smallest others until they are two and did enough; none if all are few."""
    rows = sorted((count, practice) for practice, count in counts.items())
    few = sum(count < least_count for count, _ in rows)
    while few and few < len(rows) and not _are_enough(rows[:few], least_count):
        few += 1
    if few and not _are_enough(rows[:few], least_count):
        return {}
    alike = {practice: Fraction(sum(count for count, _ in rows[:few]), few) for _, practice in rows[:few]}
    return counts | alike


def _are_enough(rows: list[tuple[int, str]], least_count: int) -> bool:
    return len(rows) >= ALIKE and sum(count for count, _ in rows) >= least_count


def _weigh(rows: pl.DataFrame, measure: str) -> dict[str, int]:
    known = rows.filter(pl.col("practice_code") != UNPLACED)
    added = known.group_by("practice_code").agg(pl.col(measure).sum())
    return {practice: amount for practice, amount in added.iter_rows() if amount > 0}
