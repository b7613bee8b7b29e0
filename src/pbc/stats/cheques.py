"""The size of one cheque (phi): how lumpy the yearly cost of people is, from sums over people by practice.

A budget of B pounds behaves like B / phi independent cheques of phi pounds each: its chance variance is phi x B.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pbc.errors import RefusedInput

Numbers = NDArray[np.float64]

NEED_EXPONENT = 0.4
NEED_RATIO_LIMITS = (0.5, 2.0)
PERSISTENCE_LIMITS = (0.0, 0.5)
CHEQUES_PER_EVENT_CHEQUE = 1.7  # people buy several events each: what spells alone miss


def require_finite(**figures: float | Numbers) -> None:
    """This refuses any figure that is missing or not finite, by its name: no band is ever drawn from a hole in the data."""
    for name, values in figures.items():
        if not np.all(np.isfinite(values)):
            raise RefusedInput(
                f"A chance band needs {name.replace('_', ' ')}.", found="missing or not a number",
                expected="a finite number for every practice", remedy="Complete the input; no band is drawn without it.",
            )  # fmt: skip


def cheque_size(
    cost: Numbers, *, cost_squared: Numbers, cost_exposure: Numbers, exposure: Numbers, exposure_squared: Numbers,
    persons: Numbers,
) -> float:  # fmt: skip
    """This returns phi: variance of people's cost about their practice's mean, over mean cost, in the unit of the cost.

    One entry per practice and year: sums over people of cost c, c squared, c times exposure e, e, e squared, and
    how many people (those with no cost included). Source: chance.md 5.2, formula 1.

    >>> costs = np.array([0.0, 0.0, 250.0, 0.0, 900.0, 0.0, 0.0, 62000.0])
    >>> one = np.array([8.0])
    >>> sums = {"cost_squared": np.array([(costs**2).sum()]), "cost_exposure": np.array([costs.sum()])}
    >>> round(cheque_size(np.array([costs.sum()]), **sums, exposure=one, exposure_squared=one, persons=one))
    60561
    """
    require_finite(cost=cost, squared_cost=cost_squared, cost_times_exposure=cost_exposure, exposure=exposure)
    require_finite(squared_exposure=exposure_squared, number_of_people=persons)
    there = exposure > 0
    people, practices = float(persons[there].sum()), int(there.sum())
    total = float(cost[there].sum())
    if total <= 0 or people <= practices:
        raise RefusedInput(
            "The size of one cheque cannot be measured.", found=f"{people:g} people, cost {total:g}",
            expected="costs above zero of more people than practices",
        )  # fmt: skip
    mean = cost[there] / exposure[there]
    about = cost_squared[there] - 2 * mean * cost_exposure[there] + mean**2 * exposure_squared[there]
    return float(about.sum()) / total * people / (people - practices)


def event_cheque_size(event_cost_squared: float, *, event_cost: float) -> float:
    """This returns phi of single events: sum of squared prices over sum of prices. On its own it is too small a cheque.

    >>> event_cheque_size(100.0**2 + 300.0**2, event_cost=400.0)
    250.0
    """
    require_finite(squared_event_prices=event_cost_squared, event_prices=event_cost)
    if event_cost <= 0:
        raise RefusedInput("There is no event to measure.", found=f"{event_cost:g}", expected="prices above zero")
    return event_cost_squared / event_cost


def cheque_from_events(event_cheque: float) -> float:
    """This returns phi guessed from events where no person key is held: 1.7 times the event cheque (chance.md 5.3).

    >>> round(cheque_from_events(5900.0))
    10030
    """
    return CHEQUES_PER_EVENT_CHEQUE * event_cheque


def cheque_by_need(cheque: Numbers | float, *, need_ratio: Numbers) -> Numbers:
    """This returns phi of each practice: larger where people cost more. `need_ratio` is cost per head over the average.

    >>> cheque_by_need(10000.0, need_ratio=np.array([1000 / 770, 9.0])).round().tolist()
    [11102.0, 13195.0]
    """
    require_finite(cheque=cheque, need_ratio=need_ratio)
    clipped: Numbers = np.clip(need_ratio, *NEED_RATIO_LIMITS)
    return cheque * clipped**NEED_EXPONENT


def cheque_to_date(cheque: Numbers | float, *, event_cheque: float, year_share: Numbers | float) -> Numbers:
    """This returns phi for the year so far: early on people have one event each, later the same people come back.

    `year_share` is the share of the year's budget that falls to date. Source: chance.md 5.2, formula 9.

    >>> cheque_to_date(10000.0, event_cheque=5900.0, year_share=np.array([0.5, 1.0])).tolist()
    [7950.0, 10000.0]
    """
    require_finite(cheque=cheque, event_cheque=event_cheque, share_of_the_year=year_share)
    least = np.minimum(event_cheque, cheque)
    to_date: Numbers = least + np.clip(year_share, 0.0, 1.0) * (cheque - least)
    return to_date


def persistence(
    pairs: Numbers, *, before: Numbers, after: Numbers, before_squared: Numbers, after_squared: Numbers,
    product: Numbers,
) -> float:  # fmt: skip
    """This returns rho: how far a person's cost one year goes with the next, within practices, between 0 and 0.5.

    One entry per practice: people present in both years and sums of their costs, squares and products.

    >>> two, sums = np.array([2.0]), np.array([10.0])
    >>> persistence(two, before=sums, after=sums, before_squared=10 * sums, after_squared=10 * sums, product=6 * sums)
    0.2
    """
    there = pairs > 1
    n = pairs[there]
    covariance = (product[there] - before[there] * after[there] / n).sum()
    spread_before = (before_squared[there] - before[there] ** 2 / n).sum()
    spread_after = (after_squared[there] - after[there] ** 2 / n).sum()
    if not there.any() or spread_before <= 0 or spread_after <= 0:
        raise RefusedInput("No people with costs are present in two years running.", found=f"{int(n.sum())} people")
    return float(np.clip(covariance / np.sqrt(spread_before * spread_after), *PERSISTENCE_LIMITS))


def prescribing_variance(budget: Numbers, *, cheque: float, drift: float) -> Numbers:
    """This returns the variance of a year of prescribing, which has no person data: cheque x B + (drift x B) squared.

    >>> (prescribing_variance(np.array([950000.0]), cheque=83.0, drift=0.012) ** 0.5 / 950000).round(4).tolist()
    [0.0152]
    """
    require_finite(prescribing_budget=budget, prescribing_cheque=cheque, prescribing_drift=drift)
    return cheque * budget + (drift * budget) ** 2
