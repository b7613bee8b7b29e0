"""The made-up people cost, vary and stay as the study of chance and the reference costs say, within sampling error."""

from __future__ import annotations

import numpy as np
import pytest

from pbc.periods import FinancialYear
from pbc.sources.synthetic.costs import stay_pounds
from pbc.sources.synthetic.parameters import parameters, price_index
from pbc.sources.synthetic.severity import draw_stays
from pbc.sources.synthetic.tariff import admitted_groups

MANY = 200_000
STAYS_A_HEAD = {"NEL": 87.7, "NELNE": 18.0, "EL": 22.6, "DC": 100.4}
ATTENDANCES_A_HEAD = {"first": 450.0, "follow_up": 920.0, "procedure": 130.0}
YEAR_OF_PRICES = FinancialYear(2017)


def drawn(pod: str):  # type: ignore[no-untyped-def]
    age, sex = np.full(MANY, 50), np.full(MANY, 1)
    stays = draw_stays(np.random.default_rng(5), pod, age=age, sex=sex)
    return stays, stay_pounds(pod, stays, age=age, year=YEAR_OF_PRICES)


def test_day_cases_have_the_mean_and_spread_of_reference_costs() -> None:
    _, pounds = drawn("DC")
    assert pounds.mean() == pytest.approx(742, rel=0.02)
    assert pounds.std() / pounds.mean() == pytest.approx(0.72, rel=0.08)


def test_ordinary_elective_stays_have_the_mean_and_spread_of_reference_costs() -> None:
    """Without the intensive groups, which stand for critical and very rare care added on top."""
    stays, pounds = drawn("EL")
    ordinary = stays.group < len(admitted_groups().codes) - 12
    assert pounds[ordinary].mean() == pytest.approx(3_894, rel=0.05)
    assert pounds[ordinary].std() / pounds[ordinary].mean() == pytest.approx(0.86, rel=0.12)


def test_emergency_stays_cost_what_their_episodes_do() -> None:
    """1.66 episodes of 39% long (3,117) and 61% short (616) stays, 1.2% with critical care (9,000), and excess days."""
    stays, pounds = drawn("NEL")
    assert stays.episodes.mean() == pytest.approx(1.66, abs=0.01)
    expected = 1.66 * (0.39 * 3_117 + 0.61 * 616) + 1.66 * 0.012 * 9_000 + 64 / 105.7 * 340
    assert pounds.mean() == pytest.approx(expected, rel=0.04)


@pytest.mark.parametrize(("pod", "days_per_1000", "rate"), [("NEL", 64, 105.7), ("EL", 6, 22.6)])
def test_excess_days_are_as_many_as_reference_costs_hold(pod: str, days_per_1000: float, rate: float) -> None:
    stays, _ = drawn(pod)
    excess = np.maximum(stays.nights - stays.unpaid - admitted_groups().trim[pod][stays.group], 0)
    assert excess.sum() / MANY * rate == pytest.approx(days_per_1000, rel=0.10)


def test_trim_points_of_planned_and_emergency_stays_differ() -> None:
    trim = admitted_groups().trim
    assert (trim["EL"] <= trim["NEL"]).all()
    assert (trim["EL"] < trim["NEL"]).mean() > 0.5


def test_contacts_a_head_are_those_of_the_activity_return(unplanted) -> None:  # type: ignore[no-untyped-def]
    years = sum(row["person_years"] for row in unplanted.truths["expected_costs"])
    found = dict(unplanted.rows("SELECT attendance_type, count(*) FROM {op} GROUP BY 1"))
    for kind, rate in ATTENDANCES_A_HEAD.items():
        assert found[kind] / years * 1000 == pytest.approx(rate, rel=0.05), kind
    assert unplanted.value("SELECT count(*) FROM {ae}") / years * 1000 == pytest.approx(400, rel=0.05)
    stays = unplanted.value("SELECT count(DISTINCT (provider_code, spell_number)) FROM {apc}")
    assert stays / years * 1000 == pytest.approx(sum(STAYS_A_HEAD.values()), rel=0.05)


def test_person_costs_vary_as_the_study_of_chance_found(unplanted) -> None:  # type: ignore[no-untyped-def]
    """Size of one cheque near 10,000 and CV near 3.6 at 2017/18 prices; its own sampling CV is 12% at 90,000 people."""
    costs = unplanted.truths["person_costs"][0]
    level = price_index(2009)
    assert 680 < costs["pounds_a_head"] / level < 880
    assert 3.0 < costs["variation"] < 4.3
    assert 7_000 < costs["variance_over_mean_pounds"] / level < 13_500


def test_expected_costs_are_what_practices_cost_but_for_luck(unplanted) -> None:  # type: ignore[no-untyped-def]
    rows = unplanted.truths["expected_costs"]
    expected = np.array([row["expected_pounds"] for row in rows], dtype=float)
    realised = np.array([row["realised_pounds"] for row in rows], dtype=float)
    cheque = unplanted.truths["person_costs"][0]["variance_over_mean_pounds"]
    luck = (realised - expected) / np.sqrt(cheque * expected)
    assert realised.sum() / expected.sum() == pytest.approx(1, abs=0.04)
    assert 0.6 < luck.std() < 1.45
    assert np.abs(luck).max() < 4.5


def test_the_standard_list_has_the_rates_given() -> None:
    made = parameters()
    for pod, rate in made.assumed["rates_per_1000"].items():
        assert (made.rates[pod] * made.age_sex_share).sum() * 1000 == pytest.approx(rate)


def numbers_in(content: object) -> list[float]:
    if isinstance(content, dict):
        return [number for part in content.values() for number in numbers_in(part)]
    if isinstance(content, list):
        return [number for part in content for number in numbers_in(part)]
    return [content] if isinstance(content, int | float) else []


def test_fitted_parameters_are_shares_and_means_to_two_figures() -> None:
    fitted = parameters().fitted
    plain = {name: part for name, part in fitted.items() if name != "months"}
    assert all(float(f"{number:.1e}") == number for number in numbers_in(plain))
    for shares in fitted["severity"]["chapter_share"].values():
        assert sum(shares.values()) == pytest.approx(1, abs=0.03)
    assert sum(numbers_in(fitted["ages"]["share_of_list"])) == pytest.approx(1, abs=0.03)
    for season in fitted["months"]["season"].values():
        assert sum(season) == pytest.approx(12, abs=0.05)
