"""Worked examples of the pace of change (methods.md 3.8, minimum growth; the second is worked by hand here)."""

from __future__ import annotations

import numpy as np
import pytest

from pbc.methods.budgets.pace_of_change import (
    CloseDistance,
    MinimumGrowth,
    close_distance,
    minimum_growth,
    years_to_target,
)
from pbc.money import share_out


def test_minimum_growth_gives_the_published_example() -> None:
    """Base 100, 200, 300; shares 130:190:280 of 630; a floor of 1%: 125, 202, 303 and the distances that remain."""
    targets = np.array([136.5, 199.5, 294.0])
    budgets = minimum_growth(
        np.array([100, 200, 300]), targets=np.array(share_out(630, [130, 190, 280], keys=[0, 1, 2])), total_pence=630,
        pace=MinimumGrowth(0.01),
    )  # fmt: skip
    assert budgets.tolist() == [125, 202, 303]
    assert (budgets / targets - 1).tolist() == pytest.approx([-0.084249, 0.012531, 0.030612], abs=5e-7)


def test_close_distance_moves_the_smaller_side_to_meet_the_larger() -> None:
    """One practice 30% under must gain 1 point (100); two 15% over offer 0.5 of a point a piece only if asked by share.

    Shares of distance 0: the under side asks min(0.30 - 0.10, 0.01) = 1% of 10,000 = 100; the over side each
    min(0.15 - 0.10, 0.01) = 1% of 10,000 = 100, together 200. The larger is 200: the under side gains 200.
    """
    budgets = close_distance(
        np.array([7000, 11500, 11500]), targets=np.array([10000, 10000, 10000]), pace=CloseDistance(0.0, 0.1, 0.01)
    )
    assert budgets.tolist() == [7200, 11400, 11400]


def test_half_the_distance_a_year_takes_seven_years_from_a_distance_of_one() -> None:
    """1 halves to under 0.01 in seven steps: 1/128 = 0.0078."""
    years = years_to_target(
        np.array([1.0, -0.5, 0.0]), weights=np.array([1.0, 2.0, 5.0]), pace=CloseDistance(0.5, 1.0, 0.0)
    )
    assert years.tolist() == [7.0, 6.0, 0.0]
