"""What the made-up commissioner has to spend, and how its lists are weighted."""

from __future__ import annotations

from typing import Any

import numpy as np

from pbc.periods import FinancialYear
from pbc.reference.activity import POINTS_OF_DELIVERY
from pbc.sources.synthetic.parameters import PODS, Floats, parameters, price_index
from pbc.sources.synthetic.tariff import SOURCE
from pbc.sources.synthetic.totals import COMPONENTS, Totals
from pbc.sources.synthetic.world import World

Rows = list[dict[str, Any]]
OVERALL_SHARE = {
    "general_acute": 0.60,
    "community": 0.08,
    "mental_health": 0.13,
    "maternity": 0.03,
    "prescribing": 0.16,
}
OTHER_ERROR_SPREAD = 0.05
RESOURCE_OVER_EXPECTED = {  # a pool of 2.5% is held back from these, so budgets come out close to what will be spent
    "planned_care": 1.02,
    "emergency_care": 1.015,
    "outpatients": 1.035,
    "accident_and_emergency": 1.03,
}
APPORTIONED_POUNDS_A_HEAD = {"community": 62.0, "mental_health": 118.0}


def weighted_lists(world: World, totals: Totals, *, position: int) -> dict[str, Floats]:
    """This returns weighted populations of a year by component: true need times the formula's error, summing to the list."""
    registered = totals.list_at_start[position].astype(np.float64)
    rng = np.random.default_rng([world.seed, 7])
    weighted = {}
    for component in COMPONENTS:
        error = world.formula_error
        if component not in ("general_acute", "prescribing"):
            error = np.exp(rng.normal(0, OTHER_ERROR_SPREAD, world.practices))
        weight = totals.need_at_start[component][position] * error
        weighted[component] = weight / weight.sum() * registered.sum()
    overall = sum(weighted[component] * share for component, share in OVERALL_SHARE.items())
    return {"overall": np.asarray(overall / np.sum(overall) * registered.sum()), **weighted}


def weighted_list_rows(world: World, totals: Totals, *, position: int) -> Rows:
    """This returns the rows of the table weighted_lists for a year; a practice without patients has none."""
    registered, rows = totals.list_at_start[position], []
    for component, weighted in weighted_lists(world, totals, position=position).items():
        for commissioner, code in enumerate(world.commissioner_codes):
            here = world.commissioner_of == commissioner
            index = weighted[here].sum() / max(registered[here].sum(), 1)
            rows += [
                {
                    "practice_code": world.practice_codes[i],
                    "list_year": world.years[position].slug,
                    "component": component,
                    "commissioner_code": code,
                    "registered_population": float(registered[i]),
                    "weighted_population": float(weighted[i]),
                    "need_index_england": float(weighted[i] / registered[i]),
                    "need_index_commissioner": float(weighted[i] / registered[i] / index),
                    "source": SOURCE,
                }
                for i in np.flatnonzero(here & (registered > 0))
            ]
    return rows


def resource_rows(world: World, totals: Totals, *, position: int) -> Rows:
    """This returns what each commissioner has to spend on each service in a year, near what will be spent."""
    year, rows = world.years[position], []
    for commissioner, code in enumerate(world.commissioner_codes):
        here = world.commissioner_of == commissioner
        pounds = dict.fromkeys(RESOURCE_OVER_EXPECTED, 0.0)
        for pod_position, pod in enumerate(PODS):
            pounds[POINTS_OF_DELIVERY[pod].service] += float(totals.expected[position, pod_position][here].sum())
        for service, share in RESOURCE_OVER_EXPECTED.items():
            rows.append(_resource(year, code, service, pounds[service] * share, "activity_price"))
        people = float(totals.person_years[position][here].sum())
        weight = float(totals.prescribing_weight[12 * position : 12 * position + 12][:, here].sum()) / 12
        rows.append(_resource(year, code, "prescribing", weight * prescribing_pounds_a_head(year), "activity_price"))
        for service, head in APPORTIONED_POUNDS_A_HEAD.items():
            rows.append(
                _resource(
                    year, code, service, people * head * price_index(year.starts_in) / price_index(2009), "apportioned"
                )
            )
    return rows


def prescribing_pounds_a_head(year: FinancialYear) -> float:
    """This returns net ingredient cost a head in a year; it grows with the made-up price level."""
    head = parameters().assumed["prescribing"]["pounds_per_head_2009_10"]
    return float(head * price_index(year.starts_in) / price_index(2009))


def _resource(year: FinancialYear, commissioner: str, service: str, pounds: float, form: str) -> dict[str, Any]:
    return {
        "financial_year": year.slug,
        "commissioner_code": commissioner,
        "service": service,
        "amount_pence": int(round(pounds, -3)) * 100,
        "payment_form": form,
        "source": SOURCE,
    }


def provider_factor_rows(world: World, year: FinancialYear) -> Rows:
    """This returns the market forces factor of each hospital."""
    return [
        {
            "provider_code": code,
            "financial_year": year.slug,
            "market_forces_factor_millionths": int(factor),
            "source": SOURCE,
        }
        for code, factor in zip(world.hospital_codes, world.market_forces_millionths, strict=True)
    ]
