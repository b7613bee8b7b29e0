"""Comparators of a business case: given where practices stood in the year before, then who is compared with whom, and why."""

from __future__ import annotations

from datetime import date

import pytest
from tests.spec.variation.made_up_benefits import choose, people, roles

from pbc.errors import RefusedInput
from pbc.methods.variation import find_comparators, find_nearness
from pbc.policy import load_policy

HIGH = people(
    A=(1.4, 6000.0, 1.0), B=(1.38, 6100.0, 1.0), C=(1.45, 5000.0, 1.05), D=(1.0, 6000.0, 1.0), E=(1.4, 20000.0, 1.0),
    F=(1.4, 6000.0, 1.4), G=(1.42, 6000.0, 1.0),
)  # fmt: skip


def test_comparators_are_equally_high_of_like_size_and_need() -> None:
    """Given A at 1.4, then B, C and G beside it; D is not as high, E three times as large, F of more need."""
    found = choose(HIGH, "A")
    assert roles(found) == dict.fromkeys("BCG", "comparator") | {"A": "case"} | dict.fromkeys("DEF", "other")
    assert (found.is_fair, found.reason) == (
        True,
        "3 comparators are near enough, at least one for every practice of the case.",
    )
    why = dict(found.practices.select("practice_code", "reason").iter_rows())
    assert why["B"] == "like A: ratio 1.38 beside 1.40, list 6,100 beside 6,000, need 1.00 beside 1.00"
    assert why["D"].startswith("not equally high: ratio 1.00 beside 1.40")
    assert why["E"].startswith("not of like size: ")
    assert why["F"].startswith("not of like need: ")


def test_nearest_are_chosen_and_the_rest_told_that_enough_are_nearer() -> None:
    """Given two are enough, then G and B; C, farther, is told why not."""
    found = choose(HIGH, "A", most=2)
    assert [code for code, role in roles(found).items() if role == "comparator"] == ["B", "G"]
    assert found.practices.filter(practice_code="C")["reason"][0].startswith("near, but enough are nearer: ")
    distances = dict(found.practices.select("practice_code", "distance_ratio").iter_rows())
    assert distances["G"] < distances["C"] < 1 < distances["D"]


def test_no_practice_of_the_case_is_ever_its_comparator() -> None:
    """Given A and G are both of the case, then they choose in turn among the others."""
    found = choose(HIGH, "A", "G")
    assert roles(found)["G"] == "case"
    chosen = found.practices.filter(role="comparator").select("practice_code", "nearest_practice_code").rows()
    assert chosen == [("B", "A"), ("C", "G")]
    one = choose(HIGH, "A", "G", most=1).practices.filter(role="comparator")
    assert one.select("practice_code", "nearest_practice_code").rows() == [
        ("B", "A")
    ]  # the turn ends with the last one wanted


def test_too_few_near_enough_are_no_fair_comparison() -> None:
    """Given four are the fewest, then three are told as they are and nothing is called fair."""
    found = choose(HIGH, "A", fewest=4, most=10)
    assert not found.is_fair
    assert found.reason == "Only 3 practices are near enough, and 4 are the fewest that are fair: no fair comparator."


def test_every_practice_of_the_case_needs_its_like() -> None:
    """Given nobody is like D, then there is no fair comparator, however many are like A."""
    found = choose(HIGH, "A", "D")
    assert (found.is_fair, found.reason) == (False, "No practice is near enough to D: no fair comparator.")


def test_practice_not_open_through_the_year_or_without_contacts_is_passed_over() -> None:
    """Given G opened within the year and B had no contact, then neither is a comparator, and both are told why."""
    rows = people(A=(1.4, 6000.0, None), B=(0.0, 6000.0, None), C=(1.4, 6000.0, None), G=(1.4, 6000.0, None))
    found = choose(rows, "A", passed_over=("G",))
    why = dict(found.practices.select("practice_code", "reason").iter_rows())
    assert why["G"] == "not open through the whole year before"
    assert why["B"] == "nothing of the measure in the year before"
    assert why["C"] == "like A: ratio 1.40 beside 1.40, list 6,000 beside 6,000"  # need is not held, and not used


@pytest.mark.parametrize("rows", [people(B=(1.0, 6000.0, None)), people(A=(0.0, 6000.0, None), B=(1.0, 6000.0, None))])
def test_practice_of_the_case_without_contacts_is_refused(rows) -> None:  # type: ignore[no-untyped-def]
    """Given A is not among the practices, or had nothing, then nobody can be equally high."""
    with pytest.raises(RefusedInput, match="nobody can be equally high"):
        choose(rows, "A")
    with pytest.raises(RefusedInput, match="not open through the whole year before"):
        choose(rows, "A", passed_over=("A",))


@pytest.mark.parametrize("regime, day", [("england-2005", date(2009, 4, 1)), ("england-2025", date(2025, 4, 1))])
def test_what_is_near_enough_is_a_policy_value(regime: str, day: date) -> None:
    """Given 15% of the ratio, twice the size and 20% of need, then differences of logarithms up to those are near."""
    near = find_nearness(load_policy(regime), on=day)
    assert (round(near.ratio, 4), round(near.size, 4), round(near.need, 4)) == (0.1398, 0.6931, 0.1823)
    assert (near.fewest, near.most) == (3, 10)
    found = find_comparators(HIGH, case_practices=["A"], nearness=near)
    assert found.is_fair


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("of, limit", [(0, 1.15), (1, 2.0), (2, 1.2)])
def test_each_criterion_reaches_as_far_as_its_policy_value_either_way(of: int, limit: float, up: bool) -> None:
    """Given B just within and C just beyond one tolerance, more or less than A, and all else alike, then B alone is near."""

    def beside(times: float) -> tuple[float, float, float]:
        mine = [1.4, 6000.0, 1.0]
        mine[of] *= times if up else 1 / times
        return mine[0], mine[1], mine[2]

    rows = people(A=(1.4, 6000.0, 1.0), B=beside(limit * 0.999), C=beside(limit * 1.001))
    near = find_nearness(load_policy("england-2005"), on=date(2009, 4, 1))
    found = find_comparators(rows, case_practices=["A"], nearness=near)
    assert roles(found) == {"A": "case", "B": "comparator", "C": "other"}
