"""The study's worked examples, to the four figures they are frozen at (SOURCE.md says where each comes from)."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.special import ndtri

from pbc.stats.bands import (
    Z_95,
    Z_ONE_SIDED_95,
    band_limits,
    history_in_budget,
    own_position,
    peer_position,
)
from pbc.stats.cheques import cheque_by_need, cheque_size, cheque_to_date, prescribing_variance
from pbc.stats.formula_error import estimate_formula_error
from pbc.stats.power import (
    Z_POWER_80,
    american_minimum_savings_rate,
    coefficient_of_variation,
    deficit_probability,
    detectable_saving,
    gate_errors,
    payout_for_luck,
    pooled_cv,
    spread_per_person,
)

VECTORS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("vectors.yaml").read_text(encoding="utf-8"))
ROUNDED = VECTORS["to_four_figures"]
FINE, FOUR_FIGURES = 1e-8, 6e-4


def one(value: float) -> np.ndarray:
    return np.array([float(value)])


def sums_of(*practices: list[float]) -> dict[str, np.ndarray]:
    costs = [np.array(people, dtype=float) for people in practices]
    sizes = np.array([float(len(people)) for people in costs])
    return {
        "cost": np.array([people.sum() for people in costs]),
        "cost_squared": np.array([(people**2).sum() for people in costs]),
        "cost_exposure": np.array([people.sum() for people in costs]),
        "exposure": sizes, "exposure_squared": sizes, "persons": sizes,
    }  # fmt: skip


def test_normal_quantiles_are_those_of_the_study() -> None:
    quantiles = [Z_95, Z_ONE_SIDED_95, Z_POWER_80]
    assert quantiles == pytest.approx([1.959963984540054, 1.6448536269514722, 0.8416212335729143])
    assert quantiles == [float(ndtri(chance)) for chance in (0.975, 0.95, 0.80)]


def test_cheque_of_two_small_practices() -> None:
    people = VECTORS["people"]
    sums = sums_of(people["first_practice"], people["second_practice"])
    assert (sums["cost"] / sums["exposure"]).tolist() == [people["first_mean"], people["second_mean"]]
    assert cheque_size(sums.pop("cost"), **sums) == pytest.approx(people["cheque"], rel=FINE)


def test_cheque_below_a_stop_loss() -> None:
    people = VECTORS["people"]
    practices = (people["first_practice"], people["second_practice"])
    borne = [[min(cost, people["stop_loss"]) for cost in practice] for practice in practices]
    sums = sums_of(*borne)
    ceded = 1 - sums["cost"].sum() / sum(map(sum, practices))
    assert ceded == pytest.approx(people["ceded_share"], rel=FINE)
    assert cheque_size(sums.pop("cost"), **sums) == pytest.approx(people["cheque_below_stop_loss"], rel=FINE)


@pytest.mark.parametrize("case", VECTORS["bands"], ids=lambda case: str(case["name"]))
def test_band_of_one_budget(case: dict[str, float]) -> None:
    history = history_in_budget(
        one(case["history_weight"]), years=one(case["history_years"]), persistence=case["persistence"]
    )
    budget, variance = one(case["budget"]), one(case["cheque"] * case["budget"])
    outer = ((1 - case["history_weight"]) * case["formula_error"] * case["budget"]) ** 2
    low, high = band_limits(
        budget, at_chance=budget, spread=history.spread * variance, lean=history.lean * variance, outer=outer
    )
    assert history.spread[0] == pytest.approx(case["history_factor"], rel=FINE)
    total = history.spread[0] * variance[0] + outer
    assert np.sqrt(total) / case["budget"] == pytest.approx(case["cv"], rel=FINE)
    assert np.log(high[0] / low[0]) / (2 * Z_95) == pytest.approx(case["log_sd"], rel=FINE)
    assert np.log(high[0] * low[0] / case["budget"] ** 2) / 2 == pytest.approx(case["middle"], abs=1e-11)
    assert (low[0], high[0]) == pytest.approx((case["low"], case["high"]), rel=FINE)


@pytest.mark.parametrize("case", VECTORS["below_a_stop_loss"], ids=lambda case: str(case["cheque"]))
def test_band_below_a_stop_loss(case: dict[str, float]) -> None:
    budget = one(case["gross_budget"] * (1 - case["ceded_share"]))
    variance = case["cheque"] * budget
    low, high = band_limits(budget, at_chance=budget, spread=variance, lean=variance)
    assert (budget[0], low[0], high[0]) == pytest.approx((case["budget"], case["low"], case["high"]), rel=FINE)


@pytest.mark.parametrize("case", VECTORS["by_need"])
def test_cheque_follows_need(case: dict[str, float]) -> None:
    budget = one(case["budget"])
    size = cheque_by_need(case["cheque"], need_ratio=budget / case["list_size"] / case["average_cost"])
    low, high = band_limits(budget, at_chance=budget, spread=size * budget, lean=size * budget)
    assert (size[0], low[0], high[0]) == pytest.approx((case["own_cheque"], case["low"], case["high"]), rel=FINE)


@pytest.mark.parametrize("case", VECTORS["own_position"])
def test_change_on_own_position(case: dict[str, float]) -> None:
    found = own_position(
        one(case["now"]), before=one(case["before"]), years=one(case["years"]),
        variance=one(case["cheque"] / case["budget"]), formula_error=case["formula_error"],
        persistence=case["persistence"],
    )  # fmt: skip
    measured = (found.expected[0], found.sd[0], found.change[0], found.z[0], found.expected[0] / case["before"])
    wanted = (case["expected"], case["sd"], case["change"], case["z"], case["follow"])
    assert measured == pytest.approx(wanted, rel=FINE)
    assert (abs(found.z[0]) <= Z_95) == case["inside"]


def test_formula_error_of_eight_practices() -> None:
    case = VECTORS["formula_error"]
    chance = case["cheque"] / np.array(case["budgets"])
    found = estimate_formula_error(np.array(case["variances"]), chance_variances=chance, default=0.09)
    wanted = (case["mean"], case["excess"], case["estimated"])
    assert (found.mean, found.excess, found.estimated) == pytest.approx(wanted, rel=FINE)
    assert found.used**2 == pytest.approx((10 * 0.09**2 + 7 * case["estimated"] ** 2) / 17, rel=FINE)


@pytest.mark.parametrize("case", VECTORS["power"], ids=lambda case: str(case["list_size"]))
def test_what_a_list_can_show(case: dict[str, float]) -> None:
    budget = case["list_size"] * case["per_head"]
    cv = float(coefficient_of_variation(budget, cheque=case["cheque"]))
    assert cv == pytest.approx(case["cv"], rel=FINE)
    assert float(detectable_saving(cv)) == pytest.approx(case["one_year"], rel=FINE)
    three = detectable_saving(cv, years=3, persistence=case["persistence"])
    assert float(three) == pytest.approx(case["three_years"], rel=FINE)
    for size in (8, 15):
        together = pooled_cv(np.full(size, budget), cheques=case["cheque"])
        assert float(detectable_saving(together)) == pytest.approx(case[f"cluster_of_{size}"], rel=FINE)
    assert gate_errors(cv, threshold=0.0, saving=0.05).false_award == case["paid_for_any_underspend"]
    assert gate_errors(cv, threshold=0.02, saving=0.05).false_award == pytest.approx(
        case["paid_beyond_2_percent"], rel=FINE
    )
    missed = gate_errors(cv, threshold=Z_95 * cv, saving=0.05).missed
    assert missed == pytest.approx(case["missed_5_percent"], rel=FINE)
    paid = payout_for_luck(budget, cv=cv, retained_share=0.7)
    assert paid == pytest.approx(case["paid_for_luck"], rel=FINE)


def test_one_band_for_a_cluster() -> None:
    case = VECTORS["cluster"]
    budgets = np.array(case["budgets"])
    whole, variance = one(budgets.sum()), one(case["cheque"] * budgets.sum())
    low, high = band_limits(whole, at_chance=whole, spread=variance, lean=variance)
    assert pooled_cv(budgets, cheques=case["cheque"]) == pytest.approx(case["cv"], rel=FINE)
    assert (low[0], high[0]) == pytest.approx((case["low"], case["high"]), rel=FINE)


def test_spread_published_in_1991_per_person() -> None:
    """T1: 7.49%, 4.98% and 1.80% at three list sizes are 7.1 to 7.7 for one person."""
    case = VECTORS["published_spreads"]
    rows = zip(case["mean"], case["sd"], case["people"], strict=True)
    found = [spread_per_person(mean, sd=sd, people=people) for mean, sd, people in rows]
    assert found == pytest.approx(case["cv_per_person"], rel=FINE)
    assert all(7.1 < cv < 7.75 for cv in found)


def test_deficits_published_in_2011() -> None:
    """T2: 20% and 4.6% (published 4%) at 100,000 people, 7.2% (published 6%) at 300,000."""
    case = VECTORS["published_deficits"]
    for people, deficit, computed, published in case["rows"]:
        found = deficit_probability(deficit, cv=case["sd_at_100000"] * (100_000 / people) ** 0.5)
        assert found == pytest.approx(computed, rel=1e-6)
        assert abs(found - published) < 0.013


def test_american_rate_by_size() -> None:
    """T30: 3.9% at 5,000, 2.0% at 60,000; 3.3% at 7,500 between corners from memory."""
    sizes = (1_500, 5_000, 7_500, 30_000, 60_000, 100_000)
    assert [american_minimum_savings_rate(size) for size in sizes] == pytest.approx(
        [0.039, 0.039, 0.033, 0.024, 0.02, 0.02]
    )


def test_bands_printed_in_the_study() -> None:
    for budget, low, high in ROUNDED["bands"]:
        found = band_limits(one(budget), at_chance=one(budget), spread=1e4 * one(budget), lean=1e4 * one(budget))
        assert (found[0][0], found[1][0]) == pytest.approx((low, high), rel=FOUR_FIGURES)


def test_band_beside_a_block() -> None:
    case = ROUNDED["blocks"]
    activity = one(case["activity"])
    variance = case["cheque"] * activity
    low, high = band_limits(activity + case["block"], at_chance=activity, spread=variance, lean=variance)
    assert (low[0], high[0]) == pytest.approx((case["low"], case["high"]), rel=FOUR_FIGURES)


def test_practice_against_its_peers() -> None:
    case = ROUNDED["peer"]
    found = peer_position(
        one(case["actual"]), budget=one(case["budget"]), variance=one(case["cheque"] * case["budget"]),
        rest_actual=one(case["rest_actual"]), rest_budget=one(case["rest_budget"]),
        rest_variance=one(case["cheque"] * case["rest_budget"]),
    )  # fmt: skip
    wanted = (case["log_ratio"], case["sd"], case["z"])
    assert (found.change[0], found.sd[0], found.z[0]) == pytest.approx(wanted, rel=FOUR_FIGURES)


def test_band_half_way_through_the_year() -> None:
    case = ROUNDED["month_six"]
    size = cheque_to_date(case["cheque"], event_cheque=case["event_cheque"], year_share=case["year_share"])
    budget = one(case["budget"])
    low, high = band_limits(budget, at_chance=budget, spread=size * budget, lean=size * budget)
    wanted = (case["cheque_to_date"], case["low"], case["high"])
    assert (float(size), low[0], high[0]) == pytest.approx(wanted, rel=FOUR_FIGURES)


def test_prescribing_moves_as_it_did_in_2019() -> None:
    case = ROUNDED["prescribing"]
    for budget, sd in case["rows"]:
        variance = prescribing_variance(one(budget), cheque=case["cheque"], drift=case["drift"])
        assert abs(variance[0] ** 0.5 / budget - sd) < 0.0012
