"""What the arithmetic of chance refuses rather than guesses."""

import numpy as np
import pytest

from pbc.errors import RefusedInput
from pbc.stats.bands import band_limits, history_in_budget
from pbc.stats.cheques import cheque_size, event_cheque_size, persistence, require_finite
from pbc.stats.formula_error import estimate_formula_error

ONE = np.ones(1)


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_band_refuses_what_is_not_finite(broken: float) -> None:
    with pytest.raises(RefusedInput, match="chance variance"):
        band_limits(ONE, at_chance=ONE, spread=broken * ONE, lean=ONE)
    with pytest.raises(RefusedInput, match="years of history"):
        history_in_budget(ONE, years=broken * ONE, persistence=0.2)


def test_finite_figures_pass() -> None:
    require_finite(cheque=10_000.0, budgets=np.array([1.0, 2.0]))


def test_cheque_refuses_practices_without_cost_or_people() -> None:
    sums = dict(cost_squared=0 * ONE, cost_exposure=0 * ONE, exposure=2 * ONE, exposure_squared=2 * ONE)
    with pytest.raises(RefusedInput, match="cannot be measured"):
        cheque_size(0 * ONE, **sums, persons=2 * ONE)
    with pytest.raises(RefusedInput, match="cannot be measured"):
        cheque_size(ONE, **sums, persons=ONE)


def test_practice_without_exposure_is_left_aside() -> None:
    two = np.array([30.0, 0.0])
    found = cheque_size(
        two, cost_squared=np.array([500.0, 0.0]), cost_exposure=two, exposure=np.array([2.0, 0.0]),
        exposure_squared=np.array([2.0, 0.0]), persons=np.array([2.0, 0.0]),
    )  # fmt: skip
    assert found == pytest.approx((500 - 450) / 30 * 2)


def test_events_without_a_price_are_refused() -> None:
    with pytest.raises(RefusedInput, match="no event"):
        event_cheque_size(0.0, event_cost=0.0)


def test_pairs_without_any_cost_are_refused() -> None:
    nothing = {name: 0 * ONE for name in ("before", "after", "before_squared", "after_squared", "product")}
    with pytest.raises(RefusedInput, match="two years running"):
        persistence(9 * ONE, **nothing)


@pytest.mark.parametrize("variances, chance", [([0.1], [0.01]), ([0.1, 0.2], [0.01, 0.0])])
def test_formula_error_needs_two_practices_with_luck(variances: list[float], chance: list[float]) -> None:
    with pytest.raises(RefusedInput, match="two or more practices"):
        estimate_formula_error(np.array(variances), chance_variances=np.array(chance), default=0.09)
