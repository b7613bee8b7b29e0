"""Whom a case is compared with: practices equally high, or low, in the year before, of like size and need, chosen by rule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pbc.errors import RefusedInput
from pbc.policy import Policy

CASE, COMPARATOR, OTHER = "case", "comparator", "other"
CHOSEN = {
    "role": pl.String, "nearest_practice_code": pl.String, "distance_ratio": pl.Float64, "reason": pl.String,
}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Nearness:
    """What is near enough, and how many comparators there are to be. Differences are of logarithms."""

    ratio: float
    size: float
    need: float
    fewest: int
    most: int


@dataclass(frozen=True)
class Choice:
    """Every practice with its role and why, and whether the comparison is fair, in a sentence."""

    practices: pl.DataFrame
    is_fair: bool
    reason: str


@dataclass(frozen=True)
class _Apart:
    """How far a practice is from one of the case's: in all, and by which criterion too far."""

    own: str
    far: float
    too_far: str


def find_nearness(policy: Policy, *, on: date) -> Nearness:
    """This returns what the policy in force on a day calls near enough."""
    return Nearness(
        ratio=math.log1p(policy.ratio("variation.comparator_ratio_tolerance", on=on)),
        size=math.log(policy.ratio("variation.comparator_size_factor", on=on)),
        need=math.log1p(policy.ratio("variation.comparator_need_tolerance", on=on)),
        fewest=policy.whole("variation.fewest_comparators", on=on),
        most=policy.whole("variation.most_comparators", on=on),
    )


def find_comparators(
    practices: pl.DataFrame, *, case_practices: Sequence[str], nearness: Nearness, passed_over: Sequence[str] = ()
) -> Choice:
    """This returns every practice with `role, nearest_practice_code, distance_ratio, reason`, and whether that is fair.

    Grain in: one row per practice of the commissioner, `practice_code, mean_population, standardised_ratio, need_index` (empty
    where not held). A candidate is near a practice of the case where ratio, list and need each differ by no more than `nearness`
    allows; distance is the root of the mean square of the three in those units. Practices of the case choose in turn, each its
    nearest not yet chosen, equals by code, until there are enough. Never a practice of the case, nor one `passed_over`. It is fair
    with the fewest comparators or more, and one for every practice of the case. Source: decision methods/0256.
    """
    rows = {row["practice_code"]: row for row in practices.sort("practice_code").to_dicts()}
    own = sorted(set(case_practices))
    _require_measured(rows, own, passed_over)
    candidates = [
        code for code, row in rows.items() if code not in own and code not in passed_over and row["standardised_ratio"]
    ]
    apart = {code: [_apart(rows[code], rows[each], nearness) for each in own] for code in candidates}
    near: dict[str, list[tuple[float, str]]] = {each: [] for each in own}
    for code, found in apart.items():
        for each in found:
            if not each.too_far:
                near[each.own].append((each.far, code))
    chosen = _take_turns({each: sorted(found) for each, found in near.items()}, nearness.most)
    told = [(code, *_told(row, own, chosen, apart.get(code), passed_over, rows)) for code, row in rows.items()]
    roles = pl.DataFrame(told, schema={"practice_code": pl.String, **CHOSEN}, orient="row")
    lonely = [each for each in own if not near[each]]
    return Choice(practices.join(roles, on="practice_code").sort("practice_code"), *_fair(chosen, lonely, nearness))


def _require_measured(rows: dict[str, Row], own: Sequence[str], passed_over: Sequence[str]) -> None:
    silent = [code for code in own if code not in rows or not rows[code]["standardised_ratio"]]
    if silent and silent[0] in passed_over:
        raise RefusedInput(
            "A practice of the case was not open through the whole year before: nobody can be equally high.",
            where=f"practice {silent[0]}", expected="a practice with a list in each of those months",
            remedy="Name the practice its patients went to, if it merged; else leave it out.",
        )  # fmt: skip
    if silent:
        raise RefusedInput(
            "A practice of the case had nothing of the measure in the year before: nobody can be equally high.",
            where=f"practice {silent[0]}", expected="a practice of the commissioner with people and contacts",
            remedy="Check the practice's code, and the kinds, specialties, price groups and hospitals of the measure.",
        )  # fmt: skip


def _apart(row: Row, own: Row, nearness: Nearness) -> _Apart:
    steps = {
        "ratio": abs(math.log(row["standardised_ratio"] / own["standardised_ratio"])) / nearness.ratio,
        "list": abs(math.log(row["mean_population"] / own["mean_population"])) / nearness.size,
    }
    if row["need_index"] and own["need_index"]:
        steps["need"] = abs(math.log(row["need_index"] / own["need_index"])) / nearness.need
    far = math.sqrt(sum(step**2 for step in steps.values()) / len(steps))
    return _Apart(own["practice_code"], far, next((name for name, step in steps.items() if step > 1), ""))


def _take_turns(near: dict[str, list[tuple[float, str]]], most: int) -> dict[str, str]:
    """Comparator to the practice of the case that chose it."""
    chosen: dict[str, str] = {}
    while len(chosen) < most:
        before = len(chosen)
        for own, found in near.items():
            free = next((code for _, code in found if code not in chosen), None)
            if free is not None and len(chosen) < most:
                chosen[free] = own
        if len(chosen) == before:
            break
    return chosen


def _told(
    row: Row,
    own: Sequence[str],
    chosen: dict[str, str],
    apart: list[_Apart] | None,
    passed_over: Sequence[str],
    rows: dict[str, Row],
) -> tuple[str, str | None, float | None, str]:
    code = row["practice_code"]
    if code in own:
        return CASE, None, None, "the service changes here"
    if code in passed_over:
        return OTHER, None, None, "not open through the whole year before"
    if apart is None:
        return OTHER, None, None, "nothing of the measure in the year before"
    if code in chosen:
        each = next(each for each in apart if each.own == chosen[code])
        return COMPARATOR, each.own, each.far, f"like {each.own}: {_beside(row, rows[each.own])}"
    each = min(apart, key=lambda found: (bool(found.too_far), found.far, found.own))
    words = {
        "ratio": "not equally high",
        "list": "not of like size",
        "need": "not of like need",
        "": "near, but enough are nearer",
    }
    return OTHER, each.own, each.far, f"{words[each.too_far]}: {_beside(row, rows[each.own])}"


def _beside(row: Row, own: Row) -> str:
    ratio, size = "standardised_ratio", "mean_population"
    need = (
        f", need {row['need_index']:.2f} beside {own['need_index']:.2f}"
        if row["need_index"] and own["need_index"]
        else ""
    )
    return f"ratio {row[ratio]:.2f} beside {own[ratio]:.2f}, list {row[size]:,.0f} beside {own[size]:,.0f}{need}"


def _fair(chosen: dict[str, str], lonely: Sequence[str], nearness: Nearness) -> tuple[bool, str]:
    if lonely:
        return False, f"No practice is near enough to {', '.join(lonely)}: no fair comparator."
    if len(chosen) < nearness.fewest:
        few = f"Only {len(chosen)} practices are near enough, and {nearness.fewest} are the fewest that are fair"
        return False, f"{few}: no fair comparator."
    return True, f"{len(chosen)} comparators are near enough, at least one for every practice of the case."
