"""What no change would bring, and how far from it luck alone goes: credibility of a year before, and a ratio of ratios.

A practice's standardised ratio in a year is its own true ratio, and luck. Of practices picked for a high ratio much of the
height was luck, and goes by itself; so only the part that lasts is carried forward. Units: the measure's own (contacts or
money), the same throughout; cheques as in `cheques`. Source: decision methods/0257; chance.md 3 and 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pbc.stats.bands import Z_95, Numbers, too_lumpy_to_judge
from pbc.stats.cheques import require_finite


@dataclass(frozen=True)
class Carried:
    """The part of a ratio's distance from 1 that `lasts`, what is `predicted` with it, and the `variance` of observed over
    predicted by luck and by what is not known of the true ratio."""

    lasts: Numbers
    predicted: Numbers
    variance: Numbers


def carry_ratios(
    ratios: Numbers, *, expected_before: Numbers, expected_after: Numbers, cheque: float, cheque_after: float,
    spread: float, persistence: float,
) -> Carried:  # fmt: skip
    """This returns what each practice's ratio before leads one to expect after, if nothing changes but for all alike.

    `ratios`: observed over expected in the year before. `spread` is the standard deviation of true ratios, `persistence` the
    part of a year's luck that stays with the same people. With luck before s0 = cheque / expected, the lasting part is
    (spread^2 + persistence s0) / (spread^2 + s0). For equal years and ratios near 1 it is `own_position` of bands.py.

    >>> one = np.array([1.0])
    >>> found = carry_ratios(1.4 * one, expected_before=50 * one, expected_after=50 * one, cheque=2.0, cheque_after=2.0,
    ...     spread=0.2, persistence=0.0)
    >>> round(float(found.lasts[0]), 2), round(float(found.predicted[0]), 1)
    (0.5, 60.0)
    """
    require_finite(ratios_before=ratios, expected_before=expected_before, expected_after=expected_after)
    require_finite(cheque=cheque, spread_of_ratios=spread, persistence=persistence)
    before, after = cheque / expected_before, cheque_after / expected_after
    shared = spread**2 + persistence * before
    lasts = shared / (spread**2 + before)
    carried = 1 + lasts * (ratios - 1)
    least = (1 - persistence**2) * after  # what a practice's own luck leaves open however well its ratio is known
    open_still = np.maximum(spread**2 + after - lasts * shared, least)
    return Carried(lasts, expected_after * carried, open_still / carried)


@dataclass(frozen=True)
class Effect:
    """A group's change against another's: `ratio` 1 is none; `low` and `high` are its 95% band; `common` is what moved
    the others, `without` what the group would have had without a change of its own."""

    ratio: float
    low: float
    high: float
    common: float
    without: float


def ratio_of_ratios(
    observed: float, *, predicted: Numbers, variance: Numbers, others_observed: float, others_predicted: Numbers,
    others_variance: Numbers, drift: float, z: float = Z_95,
) -> Effect | None:  # fmt: skip
    """This returns observed over predicted of a group, over the same of others, with a band of luck and drift.

    One entry per practice; `variance` as `carry_ratios` gives it, `drift` the standard deviation by which true ratios wander.
    Relative variances of the groups' sums add on the scale of logarithms. None where either group observed nothing.

    >>> four = np.full(4, 25.0)
    >>> found = ratio_of_ratios(80.0, predicted=four, variance=four * 0 + 0.04, others_observed=100.0, others_predicted=four,
    ...     others_variance=four * 0 + 0.04, drift=0.0)
    >>> round(found.ratio, 2), round(found.low, 2), round(found.high, 2), found.without
    (0.8, 0.61, 1.05, 100.0)
    """
    if observed <= 0 or others_observed <= 0:
        return None
    own, others = (
        float(np.log1p((sums**2 * (luck + drift**2)).sum() / sums.sum() ** 2))
        for sums, luck in ((predicted, variance), (others_predicted, others_variance))
    )
    common = others_observed / float(others_predicted.sum())
    without = float(predicted.sum()) * common
    ratio = observed / without
    middle, half = np.log(ratio) + (own - others) / 2, z * np.sqrt(own + others)
    return Effect(ratio, float(np.exp(middle - half)), float(np.exp(middle + half)), common, without)


def too_few_to_judge(predicted: Numbers, *, cheque: float) -> bool:
    """This returns whether luck alone moves the sum of a group by over 20%, as `too_lumpy_to_judge` says of budgets.

    >>> too_few_to_judge(np.array([10.0, 10.0]), cheque=1.0), too_few_to_judge(np.array([20.0, 10.0]), cheque=1.0)
    (True, False)
    """
    total = np.array([float(predicted.sum())])
    return bool(too_lumpy_to_judge(cheque * total, at_chance=total)[0])
