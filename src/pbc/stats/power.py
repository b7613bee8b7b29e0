"""What a list of this size can show: detectable savings, pooling, and what gates on underspends get wrong.

Budgets, cheques and savings as in `bands`; a coefficient of variation (cv) is the square root of phi / B.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pbc.stats.bands import Z_95, Numbers
from pbc.stats.cheques import require_finite

Z_POWER_80 = 0.8416212335729143  # SciPy's ndtri(0.80), as in `bands`
OUTSIDE_BY_LUCK = 0.05


def coefficient_of_variation(budget: Numbers | float, *, cheque: Numbers | float) -> Numbers:
    """This returns the standard deviation luck gives a budget, as a share of it.

    >>> round(float(coefficient_of_variation(4_620_000.0, cheque=10_000.0)), 5)
    0.04652
    """
    require_finite(budget=np.asarray(budget), cheque=np.asarray(cheque))
    relative: Numbers = np.sqrt(np.asarray(cheque, dtype=np.float64) / np.asarray(budget, dtype=np.float64))
    return relative


def detectable_saving(cv: Numbers | float, *, years: int = 1, persistence: float = 0.0) -> Numbers:
    """This returns the saving, as a share of budget, that shows outside a two-sided 95% band in four cases of five.

    Over several years the same people come back, so that three years are worth less than three.

    >>> round(float(detectable_saving(0.04652421)), 4), round(float(detectable_saving(0.04652421, years=3, persistence=0.2)), 5)
    (0.1303, 0.08904)
    """
    together = np.sqrt((1 + (years - 1) * persistence) / years)
    saving: Numbers = (Z_95 + Z_POWER_80) * np.asarray(cv, dtype=np.float64) * together
    return saving


def pooled_cv(budgets: Numbers, *, cheques: Numbers | float) -> float:
    """This returns the coefficient of variation of budgets held together: variances add, limits never do.

    >>> round(pooled_cv(np.full(4, 1_000_000.0), cheques=10_000.0), 3)
    0.05
    """
    require_finite(budgets=budgets, cheques=np.asarray(cheques))
    return float(np.sqrt((cheques * budgets).sum()) / budgets.sum())


def expected_outside(judged: int) -> float:
    """This returns how many of so many practices luck alone puts outside their 95% bands, half of them on each side.

    >>> expected_outside(32)
    1.6
    """
    return OUTSIDE_BY_LUCK * judged


@dataclass(frozen=True)
class GateErrors:
    """What a rule that pays only beyond a threshold does: pays where nothing was saved, misses where something was."""

    false_award: float
    missed: float


def gate_errors(cv: float, *, threshold: float, saving: float) -> GateErrors:
    """This returns the chance that a gate pays with no true saving, and that it misses a true one of that size.

    >>> found = gate_errors(0.04652421, threshold=0.02, saving=0.05)
    >>> round(found.false_award, 3), round(found.missed, 2)
    (0.334, 0.26)
    """
    require_finite(coefficient_of_variation=cv, threshold=threshold, saving=saving)
    return GateErrors(_chance_below(-threshold / cv), _chance_below((threshold - saving) / cv))


def _chance_below(z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(z))


def payout_for_luck(budget: float, *, cv: float, retained_share: float) -> float:
    """This returns what sharing any underspend pays out on average where nobody saved anything.

    >>> round(payout_for_luck(4_620_000.0, cv=0.04652421, retained_share=0.7))
    60025
    """
    mean_of_half_normal = 1 / np.sqrt(2 * np.pi)
    return float(retained_share * mean_of_half_normal * cv * budget)


def deficit_probability(deficit: float, *, cv: float) -> float:
    """This returns the chance of an overspend beyond a share of budget when luck is all there is and near enough normal.

    >>> round(deficit_probability(0.01, cv=0.01188), 3)
    0.2
    """
    return _chance_below(-deficit / cv)


def spread_per_person(mean: float, *, sd: float, people: float) -> float:
    """This returns the coefficient of variation of one person's cost behind the spread published for a list.

    >>> round(spread_per_person(244_891.0, sd=18_349.0, people=9_000), 2)
    7.11
    """
    return sd / mean * float(np.sqrt(people))


_RATES = (  # list size and minimum savings rate at the corners; straight lines between
    (5_000, 0.039), (6_000, 0.036), (7_000, 0.034), (8_000, 0.032), (9_000, 0.031), (10_000, 0.030),
    (15_000, 0.027), (20_000, 0.025), (50_000, 0.022), (60_000, 0.020),
)  # fmt: skip


def american_minimum_savings_rate(people: float) -> float:
    """This returns the size-based minimum savings rate of American shared savings, for comparison of gates only.

    3.9% at 5,000 and 2.0% at 60,000 are published (rules.md 13.2); the corners between are from memory.

    >>> american_minimum_savings_rate(5_000), american_minimum_savings_rate(7_500), american_minimum_savings_rate(90_000)
    (0.039, 0.033, 0.02)
    """
    sizes, rates = zip(*_RATES, strict=True)
    return float(np.interp(people, sizes, rates))
