"""The planted truths told exactly: codes, months and sizes; and what each practice was truly expected to cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from pbc.sources.synthetic.parameters import PODS
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.truths import (
    BILLED_TWICE_SHARE,
    LATE_SHARE,
    OVER_REFERRAL_SHARE,
    SAVING_SHARE,
    WRONG_PRACTICE_SHARE,
)
from pbc.sources.synthetic.world import World

SMALLEST_LUCKY_LIST = 1_500  # luck alone moves a smaller list so far that it teaches nothing


def tell_truths(world: World, totals: Totals) -> dict[str, Any]:
    """This returns the content of truths.json. Flows never read it; tests and the debriefing of exercises do."""
    return {
        "is_made_up": True,
        "planted": _planted(world, totals),
        "formula_error": {
            "what": "True need times this is what the weighted lists show for general_acute and prescribing.",
            "spread": 0.09,
            "by_practice": {
                code: round(float(e), 5) for code, e in zip(world.practice_codes, world.formula_error, strict=True)
            },
        },
        "about_expected_costs": "Hospital cost at the year's tariff, from age, sex, need and time on the list alone: nothing"
        " planted is expected. Realised holds planted changes in care (referrals, admissions avoided), not double billing.",
        "expected_costs": _expected_costs(world, totals),
        "person_costs": _person_costs(world, totals),
    }


def _planted(world: World, totals: Totals) -> dict[str, Any]:
    plan, sizes, code = world.plan, totals.planted, world.practice_codes.__getitem__
    if not plan.is_planted:
        return {}
    return {
        "over_referrer": {"practice_code": code(plan.over_referrer), "share": OVER_REFERRAL_SHARE, "years": [y.slug for y in world.years],
                          **_sizes(sizes, "over_referrals.")},
        "university": {"practice_code": code(plan.university)},
        "care_home": {"practice_code": code(plan.care_home)},
        "under_a_thousand": {"practice_code": code(int(world.list_sizes.argmin()))},
        "billed_twice": {"provider_code": world.hospital_codes[plan.double_biller], "share": BILLED_TWICE_SHARE,
                         "from": str(plan.double_billing_from), **_sizes(sizes, "billed_twice.")},
        "merger": {"absorbed_practice_code": code(plan.absorbed), "survivor_practice_code": code(plan.survivor), "on": str(plan.merger_on)},
        "saving": {"cluster_code": world.cluster_codes[plan.saving_cluster], "share_of_emergency_admissions": SAVING_SHARE,
                   "from": str(plan.saving_from), **_sizes(sizes, "saving.")},
        "late_rows": {"activity_month": str(plan.late_month), "delivered_with": str(plan.late_month.next) if plan.late_month else None,
                      "share": LATE_SHARE, **_sizes(sizes, "late_rows.")},
        "restated_month": {"activity_month": str(plan.restated_month), "provider_code": world.hospital_codes[plan.wrong_coder],
                           **_sizes(sizes, "restated_month.")},
        "missing_month": {"activity_month": str(plan.missing_month), **_sizes(sizes, "missing_month.")},
        "charged_wrongly": {"charged_practice_code": code(plan.charged_wrongly), "registered_practice_code": code(plan.charged_for),
                            "share": WRONG_PRACTICE_SHARE, **_sizes(sizes, "charged_wrongly.")},
        "lucky": _lucky(world, totals),
    }  # fmt: skip


def _sizes(sizes: dict[str, float], prefix: str) -> dict[str, float | int]:
    found = {
        name.removeprefix(prefix): round(amount, 2) for name, amount in sorted(sizes.items()) if name.startswith(prefix)
    }
    return {name: int(amount) if amount == int(amount) else amount for name, amount in found.items()}


def _lucky(world: World, totals: Totals) -> dict[str, Any]:
    """The unperturbed practice whose last year cost least against its true expectation: pure luck, no saving."""
    realised, expected = totals.realised[-1].sum(axis=0), totals.expected[-1].sum(axis=0)
    ratio = np.where(expected > 0, realised / np.maximum(expected, 1), np.inf)
    ratio[sorted(world.plan.perturbed)] = np.inf
    ratio[world.cluster_of == world.plan.saving_cluster] = np.inf
    ratio[world.list_sizes < SMALLEST_LUCKY_LIST] = np.inf
    luckiest = int(np.argmin(ratio))
    return {
        "practice_code": world.practice_codes[luckiest],
        "financial_year": world.years[-1].slug,
        "expected_pounds": round(float(expected[luckiest])),
        "realised_pounds": round(float(realised[luckiest])),
        "true_saving_pounds": 0,
    }


def _expected_costs(world: World, totals: Totals) -> list[dict[str, Any]]:
    """Hospital cost by practice and year at the year's tariff; for a practice that is not perturbed luck is realised less expected."""
    saving = (
        set(np.flatnonzero(world.cluster_of == world.plan.saving_cluster).tolist()) if world.plan.is_planted else set()
    )
    return [
        {
            "practice_code": code,
            "financial_year": year.slug,
            "person_years": round(float(totals.person_years[t, i]), 2),
            "expected_pounds": round(float(totals.expected[t, :, i].sum())),
            "realised_pounds": round(float(totals.realised[t, :, i].sum())),
            "expected_by_point_of_delivery": {
                pod: round(float(totals.expected[t, p, i])) for p, pod in enumerate(PODS)
            },
            "true_need_index": _ratio(totals.need_at_start["general_acute"][t], totals.list_at_start[t], i),
            "is_perturbed": i in world.plan.perturbed or (i in saving and t == len(world.years) - 1),
        }
        for t, year in enumerate(world.years)
        for i, code in enumerate(world.practice_codes)
    ]


def _ratio(need: Any, people: Any, position: int) -> float | None:
    if not people[position]:
        return None
    return round(float(need[position] / people[position] / (need.sum() / people.sum())), 5)


def _person_costs(world: World, totals: Totals) -> list[dict[str, Any]]:
    """How unequal people's costs were: the coefficient of variation, and variance over mean, the size of one cheque."""
    rows = []
    for year, (people, pounds, squared) in zip(world.years, totals.cost_moments, strict=True):
        mean = pounds / people
        variance = squared / people - mean**2
        rows.append({
            "financial_year": year.slug, "people": int(people), "pounds_a_head": round(mean, 2),
            "variation": round(float(np.sqrt(variance)) / mean, 3), "variance_over_mean_pounds": round(variance / mean),
        })  # fmt: skip
    return rows
