"""Prescribing against last year: volume, mix and national prices, adding up; months of change named; nobody lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.spec.prescribing.made_up_prescribing import MONTH, Line, lines, split, steps, unidentified

from pbc.engines import Engine, open_engine
from pbc.periods import Month


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


THEN: list[Line] = [("A", 200804, "X", 10, 100, 1000), ("A", 200804, "Y", 10, 100, 3000)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([("A", 200904, "X", 10, 100, 1000), ("A", 200904, "Y", 10, 100, 3000)], [4000, 0, 0, 0]),
        ([("A", 200904, "X", 20, 200, 2000), ("A", 200904, "Y", 20, 200, 6000)], [4000, 4000, 0, 0]),
        ([("A", 200904, "X", 20, 200, 2000)], [4000, 0, -2000, 0]),
        ([("A", 200904, "X", 10, 100, 1100), ("A", 200904, "Y", 10, 100, 2700)], [4000, 0, 0, -200]),
        ([("A", 200904, "X", 10, 100, 1000), ("A", 200904, "New", 10, 10, 9000)], [4000, 0, 6000, 0]),
        ([], [4000, -4000, 0, 0]),
    ],
    ids=["the same", "twice the items", "only the cheap one", "other list prices", "a new product", "nothing any more"],
)
def test_each_cause_by_itself(engine: Engine, now: list[Line], expected: list[int]) -> None:
    """Given one practice whose year differs in one thing, then that step alone moves and the four add up to this year's cost."""
    effects, _ = split(engine, lines([*THEN, *now]))
    assert steps(effects) == {"A": expected}
    assert sum(expected) == sum(line[-1] for line in now)


def test_price_is_that_of_all_prescribers_together(engine: Engine) -> None:
    """
    Given a product at 10p a unit for both practices, and this year 11p for A and 13p for B
    Then its list price is 12p: each has 200p of price, and A's cheaper packs are mix
    """
    then: list[Line] = [("A", 200804, "X", 10, 100, 1000), ("B", 200804, "X", 10, 100, 1000)]
    now: list[Line] = [("A", 200904, "X", 10, 100, 1100), ("B", 200904, "X", 10, 100, 1300)]
    effects, _ = split(engine, lines([*then, *now]))
    assert steps(effects) == {"A": [1000, 0, -100, 200], "B": [1000, 0, 100, 200]}


def test_who_prescribed_nothing_a_year_ago_has_volume_and_price(engine: Engine) -> None:
    """Given a practice that is new, then what it costs is volume but for the change of list prices."""
    now: list[Line] = [("B", 200904, "X", 5, 100, 1200)]
    effects, _ = split(engine, lines([*THEN, *now]))
    assert steps(effects)["B"] == [0, 1000, 0, 200]


def test_months_not_known_are_not_compared(engine: Engine) -> None:
    """Given prescribing known to April, then May of last year is not counted either."""
    given = lines(
        [*THEN, ("A", 200805, "X", 9, 9, 999), ("A", 200904, "X", 20, 200, 2000), ("A", 200905, "X", 1, 1, 1)]
    )
    effects, _ = split(engine, given, known_to=Month(2009, 4))
    assert steps(effects) == {"A": [4000, 0, -2000, 0]}
    assert set(effects["known_to_month"]) == {200904}


def test_a_practice_taken_over_stands_with_who_answers_now(engine: Engine) -> None:
    """Given B taken over by A, then both years of B are A's; what is unidentified stands apart, whatever its code."""
    given = lines([*THEN, ("B", 200804, "X", 10, 100, 1000), ("A", 200904, "X", 20, 200, 2000), ("Q", 200904, "X", 1, 10, 100)],
                  unidentified=["Q"])  # fmt: skip
    effects, _ = split(engine, given, answers={"B": "A"})
    assert {code: sum(parts) for code, parts in steps(effects).items()} == {"A": 2000, "not-attributed": 100}
    assert steps(effects)["A"][0] == 5000


def test_months_in_which_the_list_changed_are_named(engine: Engine) -> None:
    """
    Given X at 10p in March, 10p in April and 11p in May, as all prescribers had it
    Then May is a month of change, 10% dearer, and the step of price says so
    """
    given = lines([*THEN, ("A", 200903, "X", 1, 100, 1000), ("A", 200904, "X", 1, 100, 1000), ("A", 200905, "X", 1, 200, 2200),
                   ("A", 200905, "New", 1, 1, 500)])  # fmt: skip
    effects, prices = split(engine, given)
    assert prices.select("month", "products_count", "before_pence", "now_pence", "is_list_changed").rows() == [
        (200904, 1, 1000, 1000, False), (200905, 1, 2000, 2200, True),
    ]  # fmt: skip
    assert prices["change_ratio"].to_list() == pytest.approx([0, 0.1])
    assert "The list changed in May 2009." in effects.filter(step="price")["reason"][0]


def test_a_year_begins_with_march_before_it_and_january_with_december(engine: Engine) -> None:
    """Given no change, then the step of price says that none was seen."""
    effects, prices = split(engine, lines([("A", 200903, "X", 1, 100, 1000), ("A", 200904, "X", 1, 100, 1001)]))
    assert prices["is_list_changed"].to_list() == [False]
    assert "No change of the list was seen" in effects.filter(step="price")["reason"][0]


def test_unidentified_prescribers_are_named_and_nothing_is_lost(engine: Engine) -> None:
    """
    Given a code marked unidentified and a code of no practice of the register
    Then each is named with its items and cost, and with the register's practices they add up to the whole
    """
    given = lines(
        [("A", 200904, "X", 3, 3, 30), ("Q", 200904, "X", 2, 2, 21), ("W", 200905, "X", 1, 1, 12)], unidentified=["Q"]
    )
    found = unidentified(engine, given, ["A"])
    assert found == [(200904, "Q", "unidentified", 2, 21), (200905, "W", "not_in_register", 1, 12)]
    assert sum(int(str(row[-1])) for row in found) + 30 == given["net_ingredient_cost_pence"].sum()
    assert MONTH.number == 200905
