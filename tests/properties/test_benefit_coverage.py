"""Regression to the mean: practices picked for being high, where nothing changes, show no false benefit; a naive look is fooled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from pbc.stats.benefits import carry_ratios, ratio_of_ratios
from pbc.stats.formula_error import estimate_formula_error

TRIES, PRACTICES, PICKED, MOST, FEWEST = 6000, 60, 3, 10, 3
CHEQUE, SPREAD, DRIFT, PERSISTENCE, TREND = 1.7, 0.2, 0.05, 0.2, 1.1
TOLERANCE = np.log1p(0.15)
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What 60 practices expected and had, in the year before and after it, with no change but a trend of all and drift."""

    expected: Numbers
    before: Numbers
    after: Numbers


def lumpy(luck: np.random.Generator, mean: Numbers, dispersion: float) -> Numbers:
    """Counts of people who come back: variance is dispersion times the mean."""
    return luck.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float)


def make_world(luck: np.random.Generator) -> World:
    """True ratios spread by 0.2; a fifth of a year's luck stays with the same people."""
    expected = luck.uniform(60, 240, PRACTICES)
    ratio = luck.gamma(1 / SPREAD**2, SPREAD**2, PRACTICES)
    stays = PERSISTENCE * CHEQUE / (expected * ratio)
    ratio = ratio * luck.gamma(1 / stays, stays)
    dispersion = CHEQUE * (1 - PERSISTENCE)
    drifted = ratio * np.exp(luck.normal(0, DRIFT, PRACTICES))
    return World(
        expected, lumpy(luck, expected * ratio, dispersion), lumpy(luck, expected * TREND * drifted, dispersion)
    )


def compare(world: World, change: float, luck: np.random.Generator) -> tuple[bool, bool, bool, float] | None:
    """Whether the band holds the truth, claims a benefit, and whether a plain before and after claims one; its ratio."""
    ratios = world.before / world.expected
    own = np.argsort(-ratios)[:PICKED]
    apart = np.abs(np.log(ratios[:, None] / ratios[own][None, :])).min(axis=1)
    apart[own] = np.inf
    others = [at for at in np.argsort(apart)[:MOST] if apart[at] <= TOLERANCE]
    if len(others) < FEWEST:
        return None
    after = world.after.copy()
    after[own] = luck.binomial(after[own].astype(int), change)
    variances = CHEQUE / world.expected
    spread = estimate_formula_error(ratios - 1, chance_variances=variances, default=SPREAD).used
    carried = carry_ratios(
        ratios, expected_before=world.expected, expected_after=world.expected, cheque=CHEQUE, cheque_after=CHEQUE, spread=spread,
        persistence=PERSISTENCE,
    )  # fmt: skip
    rest = np.setdiff1d(np.arange(PRACTICES), own)
    common = after[rest].sum() / carried.predicted[rest].sum()
    drift = estimate_formula_error(
        after[rest] / carried.predicted[rest] / common - 1, chance_variances=carried.variance[rest], default=DRIFT
    ).used
    effect = ratio_of_ratios(
        after[own].sum(), predicted=carried.predicted[own], variance=carried.variance[own], others_observed=after[others].sum(),
        others_predicted=carried.predicted[others], others_variance=carried.variance[others], drift=drift,
    )  # fmt: skip
    assert effect is not None
    naive = after[own].sum() / (TREND * world.before[own].sum())
    half = 1.96 * np.sqrt(1 / after[own].sum() + 1 / world.before[own].sum())
    return effect.low <= change <= effect.high, effect.high < 1, np.log(naive) + half < 0, effect.ratio


@pytest.mark.parametrize("change, tries, seed", [(1.0, TRIES, 20090401), (0.8, TRIES // 2, 20090402)])
def test_band_holds_the_truth_of_practices_picked_for_being_high(change: float, tries: int, seed: int) -> None:
    """Where nothing changed and where a fifth was saved: 95% bands cover, and of nothing they claim no more than their due."""
    luck = np.random.default_rng(seed)
    told = [found for _ in range(tries) if (found := compare(make_world(luck), change, luck)) is not None]
    assert len(told) > tries / 2
    holds, claims, fooled, ratios = (np.array(each, dtype=float) for each in zip(*told, strict=True))
    assert 0.935 < holds.mean() < 0.965
    assert np.median(ratios) == pytest.approx(change, abs=0.01)
    if change == 1.0:
        assert claims.mean() < 0.035
        assert (
            fooled.mean() > 7 * claims.mean()
        )  # a plain before and after sees a benefit where none is, trend taken out or not
