"""How far what an option is worth moves with each thing nobody knows, and with all of them against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from pbc.methods.appraisal.rules import AS_EXPECTED, LEAST, MOST, AppraisalRules, Scenario
from pbc.tables import APPRAISAL_SENSITIVITIES

ALL_AGAINST = "all_against"
Side = tuple[str, dict[str, Any]]  # in words, and what it supposes


def measure_sensitivities(
    case_options: pl.DataFrame, *, value_of: Callable[[str, Scenario], int], rules: AppraisalRules
) -> pl.DataFrame:
    """This returns APPRAISAL_SENSITIVITIES: each thing varied alone, largest swing first, then the worse of each together.

    Grain in: CASE_OPTIONS; `value_of` tells an option's net present value in pence under a scenario. Varied are activity (the
    least and the most expected), cost, the start of the change (as promised, or later while costs fall as planned) and
    whether baselines are set anew. Equal swings stand by name. Source: decision methods/0255.
    """
    rows = []
    for option in case_options.filter(~pl.col("is_do_nothing")).sort("option_code").iter_rows(named=True):
        code = option["option_code"]
        found = []
        worse: dict[str, Any] = {}
        for driver, sides in _drivers(rules).items():
            low, high = (value_of(code, replace(AS_EXPECTED, **supposed)) for _, supposed in sides)
            worse |= sides[0 if low <= high else 1][1]
            found.append((driver, sides[0][0], sides[1][0], low, high))
        found.sort(key=lambda each: (-abs(each[4] - each[3]), each[0]))
        joint = value_of(code, replace(AS_EXPECTED, **worse))
        expected = value_of(code, AS_EXPECTED)
        found.append((ALL_AGAINST, "the worse side of each, together", "as expected", joint, expected))
        rows += [
            {
                "case_code": option["case_code"], "option_code": code, "sequence": at, "driver": driver, "low_reason": low_words,
                "high_reason": high_words, "low_present_value_pence": low, "high_present_value_pence": high,
                "swing_pence": abs(high - low),
            }
            for at, (driver, low_words, high_words, low, high) in enumerate(found, start=1)
        ]  # fmt: skip
    return APPRAISAL_SENSITIVITIES.from_rows(rows).sort(APPRAISAL_SENSITIVITIES.key)


def _drivers(rules: AppraisalRules) -> dict[str, tuple[Side, Side]]:
    later = f"activity changes {rules.delay_months} months later, costs as planned"
    return {
        "activity": (
            ("the least change expected", {"estimate": LEAST}), ("the most change expected", {"estimate": MOST}),
        ),
        "cost": (
            (f"costs {float(rules.cost_lower):.0%} lower", {"cost_share": -rules.cost_lower}),
            (f"costs {float(rules.cost_upper):.0%} higher", {"cost_share": rules.cost_upper}),
        ),
        "start": (("begins as promised", {"delay_months": 0}), (later, {"delay_months": rules.delay_months})),
        "baseline": (
            ("no baseline is set anew", {"is_rebased": False}), ("baselines are set anew after notice", {"is_rebased": True}),
        ),
    }  # fmt: skip
