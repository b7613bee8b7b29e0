"""Allocations over years.

Each year is worked out from the opening, target, growth and rule read for it. Nothing that was not read is made up: a first year
without an opening, or a year left out, is refused, and nothing is told beyond the last year read.
"""

from typing import Any

import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.allocations import measure_distance, move_to_target
from pbc.tables import ALLOCATION_PATHS, ALLOCATIONS


def year(slug: str, **given: Any) -> dict[str, Any]:
    """A year of one board, in pence; target 120, growth 10%, no convergence."""
    usual = dict(
        commissioner_code="ZI1", financial_year=slug, target_pence=120, growth_millionths=100_000, rule="growth_only"
    )
    return usual | given


def paths(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = move_to_target(ALLOCATIONS.from_rows(list(rows)), source="allocations.csv")
    assert ALLOCATION_PATHS.check(found) == []
    parts = found["before_pence"] + found["rebased_pence"] + found["growth_pence"] + found["convergence_pence"]
    assert parts.to_list() == found["closing_pence"].to_list()
    return found.select("before_pence", "rebased_pence", "growth_pence", "convergence_pence", "closing_pence").rows()


def test_each_year_grows_from_the_closing_of_the_year_before() -> None:
    """Given 100 and 10% a year, then 110 and 121."""
    assert paths(year("2025-26", opening_pence=100), year("2026-27")) == [(100, 0, 10, 0, 110), (110, 0, 11, 0, 121)]


def test_opening_read_for_a_later_year_rebases_it() -> None:
    """Given an opening of 115 where the year before closed at 110, then 5 is told apart."""
    assert paths(year("2025-26", opening_pence=100), year("2026-27", opening_pence=115))[1] == (110, 5, 12, 0, 127)


@pytest.mark.parametrize(
    "rule, rate, convergence",
    [
        ("convergence_rate", -5_000, -5),
        ("convergence_rate", 5_000, 5),
        ("share_of_distance", 500_000, 50),
        ("growth_only", None, 0),
    ],
)
def test_convergence_follows_the_rule_read(rule: str, rate: int | None, convergence: int) -> None:
    """Given 1,000 grown to 1,100 against 1,200, then 0.5% of the opening either way, half the distance, or nothing."""
    found = paths(year("2025-26", opening_pence=1_000, target_pence=1_200, rule=rule, rule_millionths=rate))
    assert found == [(1_000, 0, 100, convergence, 1_100 + convergence)]


def test_share_of_distance_brings_one_over_target_down() -> None:
    """Given 1,400 after growth against 1,200, then half of 200 is taken."""
    row = year(
        "2025-26",
        opening_pence=1_400,
        target_pence=1_200,
        growth_millionths=0,
        rule="share_of_distance",
        rule_millionths=500_000,
    )
    assert paths(row)[0][3:] == (-100, 1_300)


def test_distance_is_closing_over_target_less_one() -> None:
    """Given a closing of 110 against 120, then 8.3% under; without a target, empty."""
    found = move_to_target(ALLOCATIONS.from_rows([year("2025-26", opening_pence=100)]), source="a file")
    assert found["distance_ratio"][0] == pytest.approx(110 / 120 - 1)
    assert measure_distance(found.with_columns(target_pence=0))["distance_ratio"][0] is None


def test_first_year_without_an_opening_is_refused() -> None:
    """Given no opening, then a refusal that names commissioner and year."""
    with pytest.raises(RefusedInput, match="ZI1, 2025-26"):
        paths(year("2025-26"))


def test_year_left_out_is_refused() -> None:
    """Given 2025/26 and 2027/28, then a refusal that names the year between."""
    with pytest.raises(RefusedInput, match="2026-27"):
        paths(year("2025-26", opening_pence=100), year("2027-28"))
