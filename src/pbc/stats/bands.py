"""Limits that luck alone keeps to, on plain arrays: log-normal bands, own position, variance against peers.

Every function is free of units: give budgets, actuals and cheques in the same one. Variances and not limits add:
a cluster has one band on the sum of its practices. Source: chance.md 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbc.stats.cheques import require_finite

Numbers = NDArray[np.float64]

# SciPy's ndtri(0.975) and ndtri(0.95), to the last bit: a test holds them to it. Loading SciPy for two numbers costs 0.15 s.
Z_95 = 1.959963984540054  # two-sided 95%
Z_ONE_SIDED_95 = 1.6448536269514722
LARGEST_JUDGED = 0.04  # relative variance: a coefficient of variation above 20% is not judged, about 325 people


@dataclass(frozen=True)
class History:
    """What it does to a budget that part of it is the practice's own past: `spread` widens or narrows the variance
    of outturn against budget (g), `lean` is what is left for the mean of the logarithm (1 - w^2 kappa)."""

    spread: Numbers
    lean: Numbers


def history_in_budget(weight: Numbers, *, years: Numbers, persistence: float) -> History:
    """This returns the two factors of a budget that is `weight` own history of so many `years`, the rest formula.

    >>> history = history_in_budget(np.array([1.0, 0.5, 0.0]), years=np.array([1.0, 3.0, 0.0]), persistence=0.2)
    >>> history.spread.round(4).tolist()
    [1.6, 0.9167, 1.0]
    """
    require_finite(weight_of_history=weight, years_of_history=years, persistence=persistence)
    held = years > 0
    kappa = np.where(held, (1 + (years - 1) * persistence) / np.where(held, years, 1), 0.0)
    spread = np.where(held, 1 + weight**2 * kappa - 2 * weight * persistence, 1.0)
    return History(spread, 1 - weight**2 * kappa)


def band_limits(
    budget: Numbers, *, at_chance: Numbers, spread: Numbers, lean: Numbers, outer: Numbers | float = 0.0,
    z: float = Z_95,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """This returns the lower and upper limit of outturn for each budget; a value on a limit is inside.

    `at_chance` is the part of the budget paid by activity; the rest moves with nobody's luck. `spread` is g V, `lean`
    (1 - w^2 kappa) V and `outer` the squared usual error of the formula, all in squared money (V = phi x at_chance).

    >>> four = np.array([4_620_000.0])
    >>> low, high = band_limits(four, at_chance=four, spread=10_000 * four, lean=10_000 * four)
    >>> round(float(low[0]), -3), round(float(high[0]), -3)
    (4213000.0, 5055000.0)
    """
    require_finite(budget=budget, budget_at_chance=at_chance, chance_variance=spread, error_of_the_formula=outer)
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = at_chance**2
        half = z * np.sqrt(np.log1p((spread + outer) / squared))
        middle = -0.5 * np.log1p((lean + outer) / squared)
        fixed = budget - at_chance
        low, high = fixed + at_chance * np.exp(middle - half), fixed + at_chance * np.exp(middle + half)
    there = at_chance > 0
    return np.where(there, low, np.nan), np.where(there, high, np.nan)


def too_lumpy_to_judge(variance: Numbers, *, at_chance: Numbers) -> NDArray[np.bool_]:
    """This returns where no band should be read: nothing paid by activity, or luck alone moves it by over 20%.

    >>> too_lumpy_to_judge(np.array([2.5e9, 2.5e9]), at_chance=np.array([250_000.0, 0.0])).tolist()
    [False, True]
    """
    nothing = at_chance <= 0
    relative = variance / np.where(nothing, 1.0, at_chance) ** 2
    lumpy: NDArray[np.bool_] = nothing | (relative > LARGEST_JUDGED)
    return lumpy


@dataclass(frozen=True)
class Position:
    """A figure against what was expected of it: `change` in the figure's unit and `z` in standard deviations."""

    expected: Numbers
    sd: Numbers
    change: Numbers
    z: Numbers


def own_position(
    this_year: Numbers, *, before: Numbers, years: Numbers, variance: Numbers, formula_error: Numbers | float,
    persistence: float,
) -> Position:  # fmt: skip
    """This returns this year's relative variance against what the practice's own earlier years lead one to expect.

    What persists is not chance, and not this year's saving. `before` is the mean relative variance of so many earlier
    `years` (0 years: nothing expected, and the outer band results); `variance` is phi / B; `formula_error` is tau.

    >>> one = np.array([1.0])
    >>> found = own_position(-0.05 * one, before=0.06 * one, years=3 * one, variance=one / 462, formula_error=0.09,
    ...     persistence=0.2)
    >>> round(float(found.change[0]), 4), round(float(found.z[0]), 3)
    (-0.1062, -2.228)
    """
    require_finite(this_years_variance=this_year, chance_variance=variance, error_of_the_formula=formula_error)
    held = years > 0
    require_finite(earlier_variance=np.where(held, before, 0.0), persistence=persistence)
    usual = np.asarray(formula_error, dtype=np.float64) ** 2
    shared = usual + persistence * variance
    steady = usual + variance * (1 + (years - 1) * persistence) / np.where(held, years, 1)
    follow = np.where(held & (steady > 0), shared / np.where(steady > 0, steady, 1.0), 0.0)
    expected = follow * np.where(held, before, 0.0)
    sd = np.sqrt(usual + variance - follow * shared)
    change = this_year - expected
    return Position(expected, sd, change, change / np.where(sd > 0, sd, np.nan))


def peer_position(
    actual: Numbers, *, budget: Numbers, variance: Numbers, rest_actual: Numbers, rest_budget: Numbers,
    rest_variance: Numbers, spread: Numbers | float = 1.0,
) -> Position:  # fmt: skip
    """This returns each unit's log ratio of actual to budget against that of the rest of its commissioner.

    What moves everyone alike, a wrong uplift or a hard winter, drops out. Variances are phi x B in squared money;
    `spread` is the history factor g. `expected` is the relative variance of the rest; nothing to compare gives NaN.

    >>> own, rest, one = 4_620_000.0, 187_880_000.0, np.array([1.0])
    >>> found = peer_position(4_400_000 * one, budget=own * one, variance=1e4 * own * one,
    ...     rest_actual=194_000_000 * one, rest_budget=rest * one, rest_variance=1e4 * rest * one)
    >>> round(float(found.change[0]), 5), round(float(found.z[0]), 3)
    (-0.08084, -1.717)
    """
    require_finite(actual=actual, budget=budget, chance_variance=variance)
    there = (actual > 0) & (budget > 0) & (rest_actual > 0) & (rest_budget > 0)
    own = np.where(there, actual / np.where(there, budget, 1.0), np.nan)
    rest = np.where(there, rest_actual / np.where(there, rest_budget, 1.0), np.nan)
    change = np.log(own / rest)
    relative = variance / np.where(there, budget, 1.0) ** 2 + rest_variance / np.where(there, rest_budget, 1.0) ** 2
    sd = np.sqrt(spread * relative)
    return Position(rest - 1, sd, change, change / np.where(sd > 0, sd, np.nan))
