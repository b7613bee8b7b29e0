"""Which months can be judged: delivered, with every kind of delivery the measure needs, and complete enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pbc.engines import Engine
from pbc.flows.age_data import CODES, count_by_delivery
from pbc.flows.cells_held import Deliveries, lines_held
from pbc.flows.completeness import find_missing
from pbc.methods.forecasting import measure_completion
from pbc.methods.variation import Measure
from pbc.periods import Month
from pbc.policy import Policy
from pbc.reference.activity import HOSPITAL_SETTINGS

NOT_DELIVERED = "not delivered"
NOT_KNOWN = "how complete it is cannot be told yet: no month has had time to fill up"


@dataclass(frozen=True)
class MonthState:
    """A month, whether it can be judged, and how complete it is or why not, in plain words."""

    month: Month
    is_used: bool
    reason: str


def judge_months(
    cells: Deliveries, engine: Engine, *, months: Sequence[Month], measure: Measure, policy: Policy
) -> list[MonthState]:
    """This returns the state of each month, in order: by the deliveries held and by how earlier months filled up.

    A kind of delivery that never came, and what has usually come so long after a month, are found as statements find them
    (decisions methods/0167 and 0168). Complete enough is `variation.complete_enough_ratio`.
    """
    wanted = [title for title, kinds in HOSPITAL_SETTINGS.items() if set(kinds) & set(measure.points_of_delivery)]
    missing = _missing(cells, engine, months)
    reached = max(cells.sets, default=None)
    full_after = policy.whole("statements.reconciliation_months", on=months[-1].financial_year.start)
    least = policy.ratio("variation.complete_enough_ratio", on=months[-1].financial_year.start)
    come = _come(cells, reached, full_after) if reached else {}
    states = []
    for month in months:
        lacking = [title for title in wanted if title in missing.get(month, ())]
        if reached is None or month not in cells.sets:
            states.append(MonthState(month, is_used=False, reason=NOT_DELIVERED))
        elif lacking:
            states.append(MonthState(month, is_used=False, reason=f"next to no {lacking[0]} in it"))
        else:
            states.append(
                _filled(month, [come.get((CODES[each], _lag(month, reached, full_after))) for each in wanted], least)
            )
    return states


def _filled(month: Month, ratios: Sequence[float | None], least: float) -> MonthState:
    known = [ratio for ratio in ratios if ratio is not None]
    if len(known) < len(ratios):
        return MonthState(month, is_used=True, reason=NOT_KNOWN)
    words = f"{min(known):.1%} has usually come by now"
    is_used = min(known) >= least
    return MonthState(month, is_used=is_used, reason=words if is_used else f"only {words}, of {least:.0%} wanted")


def _missing(cells: Deliveries, engine: Engine, months: Sequence[Month]) -> dict[Month, tuple[str, ...]]:
    """Kinds of delivery that never came in a month, looked for year by year as statements do."""
    lines = lines_held(cells, engine, first=months[0].plus(-12), last=months[-1])
    counted = lines.select("month", "point_of_delivery", pl.col("activity_count"))
    years = {each.financial_year: each for each in sorted(months)}  # the last month of each
    found = [each for last in years.values() for each in find_missing(list(cells.sets), counted, month=last)]
    return {each.month: each.settings for each in found}


def _come(cells: Deliveries, reached: Month, full_after: int) -> dict[tuple[str, int], float]:
    completion = measure_completion(count_by_delivery(cells), reached=reached, full_after=full_after)
    rows = completion.select("setting", "lag_months", "completion_ratio").iter_rows()
    return {(setting, lag): ratio for setting, lag, ratio in rows}


def _lag(month: Month, reached: Month, full_after: int) -> int:
    since = (reached.year - month.year) * 12 + reached.month - month.month
    return min(max(since, 0), full_after)
