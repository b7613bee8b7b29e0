"""History factors, own position and peers against years simulated with luck that partly comes back with the same people."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pbc.stats.bands import Z_95, band_limits, history_in_budget, own_position, peer_position

LISTS, BUDGET, RHO = 60_000, 4_620_000.0, 0.2
VARIANCE = 10_000 / BUDGET
ERROR_OF_SHARE = 3 * (0.95 * 0.05 / LISTS) ** 0.5 + 0.002  # the judge's luck, and what the logarithm leaves


def outturns(years: int, *, error: float, seed: int) -> NDArray[np.float64]:
    """Actual over formula budget, by list and year: the formula's lasting error, lasting luck and the year's own luck."""
    rng = np.random.default_rng(seed)
    lasting = rng.normal(0, (RHO * VARIANCE) ** 0.5, (LISTS, 1))
    own = rng.normal(0, ((1 - RHO) * VARIANCE) ** 0.5, (LISTS, years))
    return np.exp(lasting + own - VARIANCE / 2) * (1 + rng.normal(0, error, (LISTS, 1)))


@pytest.mark.parametrize("weight, years", [(0.0, 0), (0.25, 3), (0.5, 1), (0.5, 3), (1.0, 1), (1.0, 3)])
def test_history_factor_restores_coverage(weight: float, years: int) -> None:
    """A budget partly of own earlier years holds 95% of years with g, and the band's mean is the outturn's."""
    made = outturns(years + 1, error=0.0, seed=10 * years + int(4 * weight))
    past = made[:, :-1].mean(axis=1) if years else np.ones(LISTS)
    budget = BUDGET * (weight * past + (1 - weight))
    history = history_in_budget(np.full(LISTS, weight), years=np.full(LISTS, float(years)), persistence=RHO)
    variance = 10_000 * budget
    low, high = band_limits(budget, at_chance=budget, spread=history.spread * variance, lean=history.lean * variance)
    actual = BUDGET * made[:, -1]
    assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(0.95, abs=ERROR_OF_SHARE)
    assert (actual < low).mean() == pytest.approx((actual > high).mean(), abs=0.006)


@pytest.mark.parametrize("error", [0.0, 0.09])
@pytest.mark.parametrize("years", [1, 3])
def test_own_position_holds_whatever_the_formula_does(years: int, error: float) -> None:
    """Change on own position stays inside 95% of years with a true formula error of 9%, and of none."""
    made = outturns(years + 1, error=error, seed=years) - 1
    found = own_position(
        made[:, -1], before=made[:, :-1].mean(axis=1), years=np.full(LISTS, float(years)),
        variance=np.full(LISTS, VARIANCE), formula_error=error, persistence=RHO,
    )  # fmt: skip
    assert (np.abs(found.z) <= Z_95).mean() == pytest.approx(0.95, abs=0.006)


def test_peers_take_out_what_strikes_everyone() -> None:
    """A shock of 4.7% to a whole PCT, 1,000 times over: against the rest of it 95% stay inside, against budget far fewer."""
    rng = np.random.default_rng(3)
    shocks = np.exp(rng.normal(0, 0.047, (1_000, 1)))
    actual = outturns(1, error=0.0, seed=4).reshape(1_000, 60) * shocks * BUDGET
    budget, variance = np.full_like(actual, BUDGET), np.full_like(actual, 10_000 * BUDGET)
    rest = {f"rest_{name}": values.sum(axis=1, keepdims=True) - values
            for name, values in (("actual", actual), ("budget", budget), ("variance", variance))}  # fmt: skip
    found = peer_position(actual, budget=budget, variance=variance, **rest)
    assert (np.abs(found.z) <= Z_95).mean() == pytest.approx(0.95, abs=0.006)
    low, high = band_limits(budget, at_chance=budget, spread=variance, lean=variance)
    assert ((actual >= low) & (actual <= high)).mean() < 0.87
