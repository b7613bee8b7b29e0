"""Luck alone stays inside the band 19 years in 20: judged on many seeded practice-years, with limits for the judge's own luck.

The full sizes, and lists of the made-up PCT, are in `benchmarks/chance_coverage.py`; its generator is the one used here.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from pbc.stats.cheques import cheque_size
from pbc.stats.formula_error import estimate_formula_error

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "chance_coverage.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    found = importlib.util.spec_from_file_location("chance_coverage", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = sys.modules["chance_coverage"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("people", [500, 1_500, 6_000])
def test_coverage_on_twelve_thousand_practice_years(bench: ModuleType, people: int) -> None:
    """Standard error 0.2 points: inside 94.3 to 96.0%, each tail 1.7 to 3.3%, each one-sided tail 4.0 to 6.0%."""
    found = bench.judge_closed_form({people: 12_000})[people]
    assert 0.943 <= found["inside"] <= 0.960
    assert all(0.017 <= found[tail] <= 0.033 for tail in ("below", "above"))
    assert all(0.040 <= found[tail] <= 0.060 for tail in ("one_sided_below", "one_sided_above"))


@pytest.mark.long
@pytest.mark.parametrize("people", [1_500, 3_000, 6_000, 10_000])
def test_coverage_on_forty_thousand_practice_years(bench: ModuleType, people: int) -> None:
    """The study's own acceptance: inside 94.5 to 95.8%, each tail 1.9 to 3.1%."""
    found = bench.judge_closed_form({people: 40_000})[people]
    assert 0.945 <= found["inside"] <= 0.958
    assert all(0.019 <= found[tail] <= 0.031 for tail in ("below", "above"))


def test_cheque_measured_on_people_is_the_one_known(bench: ModuleType) -> None:
    """Of 40 practices of 6,250 made-up people: within 5% of 8,708, three times its standard error of about 1.5%."""
    rng = np.random.default_rng(7)
    chance = bench.DISPERSION / (bench.DISPERSION + bench.EVENTS)
    events = rng.negative_binomial(bench.DISPERSION, chance, 250_000 * 8)
    spread = np.sqrt(np.log1p(bench.PRICE_CV**2))
    prices = rng.lognormal(np.log(bench.PRICE) - spread**2 / 2, spread, int(events.sum()))
    ends = np.cumsum(events)
    sums = np.concatenate([[0.0], np.cumsum(prices)])
    costs = (sums[ends] - sums[ends - events]).reshape(320, 6_250)
    people = np.full(320, 6_250.0)
    cost = costs.sum(axis=1)
    found = cheque_size(
        cost, cost_squared=(costs**2).sum(axis=1), cost_exposure=cost, exposure=people, exposure_squared=people, persons=people
    )  # fmt: skip
    assert found == pytest.approx(bench.CHEQUE, rel=0.05)


def test_formula_error_is_found_again() -> None:
    """True 9% among 32 practices, 400 times: the middle of the estimates is near 9%, and most lie between 6.5 and 11.5%."""
    rng = np.random.default_rng(9)
    chance = 10_000 / rng.uniform(2e6, 8e6, (400, 32))
    variances = rng.normal(0, np.sqrt(0.09**2 + chance))
    found = [
        estimate_formula_error(row, chance_variances=own, default=0.09).estimated
        for row, own in zip(variances, chance, strict=True)
    ]
    assert np.median(found) == pytest.approx(0.09, abs=0.005)
    assert np.quantile(found, 0.05) == pytest.approx(0.065, abs=0.01)
    assert np.quantile(found, 0.95) == pytest.approx(0.115, abs=0.01)
