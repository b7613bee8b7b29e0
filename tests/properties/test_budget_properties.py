"""Budgets: money is conserved, distance never widens, the order of rows changes nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import NEED, Rule, add_up_budgets, adjust, share_of, stack_lines, top_slice
from pbc.methods.budgets.opening import pool_atypical, set_historic
from pbc.methods.budgets.pace_of_change import CloseDistance, MinimumGrowth, close_distance, minimum_growth
from pbc.methods.budgets.set_budgets import blend, keep_historic, move_to_fair_shares
from pbc.methods.budgets.targets import compare_with_target
from pbc.periods import FinancialYear
from pbc.tables import COMMISSIONER_RESOURCES, WEIGHTED_LISTS

YEAR = FinancialYear(2009)
SERVICES = ("outpatients", "planned_care", "prescribing")
pence = st.integers(min_value=0, max_value=10**9)
paces = st.builds(
    CloseDistance,
    closed_share=st.floats(min_value=0.01, max_value=1.0),
    tolerance_ratio=st.floats(min_value=0.0, max_value=0.3),
    minimum_ratio=st.floats(min_value=0.0, max_value=0.1),
)
small_world = st.lists(st.tuples(pence, pence, pence, st.integers(1, 10**6)), min_size=2, max_size=9)


@st.composite
def openings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Opening budgets and fair shares of the same sum."""
    targets = np.array(draw(st.lists(st.integers(1, 10**9), min_size=2, max_size=12)))
    moves = np.array(draw(st.lists(st.integers(0, 10**9), min_size=len(targets), max_size=len(targets))))
    opening = targets - np.minimum(moves, targets)
    opening[draw(st.integers(0, len(targets) - 1))] += targets.sum() - opening.sum()
    return opening, targets


def build(world: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    codes = [f"Z9{at:04d}" for at in range(len(world))]
    lists = [
        {
            "practice_code": code, "list_year": "2009-10", "component": "overall", "commissioner_code": "ZP1",
            "registered_population": float(row[3]), "weighted_population": float(row[3]), "source": "made up",
        }
        for code, row in zip(codes, world, strict=True)
    ]  # fmt: skip
    money = [
        {
            "financial_year": "2009-10", "commissioner_code": "ZP1", "service": service, "amount_pence": 10**9 + at,
            "payment_form": "activity_price", "source": "made up",
        }
        for at, service in enumerate(SERVICES)
    ]  # fmt: skip
    base = pl.DataFrame(
        [(code, service, row[at]) for code, row in zip(codes, world, strict=True) for at, service in enumerate(SERVICES)],
        schema=["practice_code", "service", "historic_pence"], orient="row",
    )  # fmt: skip
    return set_historic(
        base, weighted_lists=WEIGHTED_LISTS.from_rows(lists), resources=COMMISSIONER_RESOURCES.from_rows(money)
    )


def sums(standing: pl.DataFrame, column: str) -> list[int]:
    return standing.group_by("service").agg(pl.col(column).sum()).sort("service")[column].to_list()


@given(openings(), paces)
def test_close_distance_conserves_money_and_never_widens_or_overshoots(
    standing: tuple[np.ndarray, np.ndarray], pace: CloseDistance
) -> None:
    opening, targets = standing
    found = close_distance(opening, targets=targets, pace=pace)
    assert found.sum() == targets.sum()
    assert (np.abs(found - targets) <= np.abs(opening - targets)).all()
    assert ((found - targets) * (opening - targets) >= 0).all()


@given(openings(), paces)
def test_close_distance_moves_everybody_at_least_as_the_pace_asks(
    standing: tuple[np.ndarray, np.ndarray], pace: CloseDistance
) -> None:
    opening, targets = standing
    found = close_distance(opening, targets=targets, pace=pace)
    asked = targets * pace.move(np.abs(opening - targets) / targets)
    assert (np.abs(found - opening) >= np.floor(asked * (1 - 1e-9)) - 2).all()


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)), min_size=1, max_size=12),
    st.floats(0.0, 0.05),
    st.one_of(st.none(), st.floats(0.05, 0.6)),
    st.floats(0.0, 1.2),
)
def test_minimum_growth_places_every_penny_between_floor_and_cap(
    practices: list[tuple[int, int]], floor: float, cap: float | None, growth: float
) -> None:
    base, weights = (np.array(column) for column in zip(*practices, strict=True))
    total = int(base.sum() * (1 + growth))
    targets = (weights / weights.sum() * total).astype(np.int64)
    targets[0] += total - targets.sum()
    try:
        found = minimum_growth(base, targets=targets, total_pence=total, pace=MinimumGrowth(floor, cap))
    except RefusedInput:
        assume(False)
    assert found.sum() == total
    assert (found >= base * (1 + round(floor, 6)) - 1e-6).all()
    assert cap is None or (found <= np.maximum(base * (1 + round(cap, 6)) + 1, base + 1)).all()


@given(small_world, paces)
def test_every_basis_hands_out_each_service_to_the_penny(
    world: list[tuple[int, int, int, int]], pace: CloseDistance
) -> None:
    standing = build(world)
    whole = sums(standing, "target_pence")
    shares = dict.fromkeys(SERVICES, 0.37)
    for held in (
        keep_historic(standing),
        blend(standing, historic_share=shares),
        move_to_fair_shares(standing, pace=pace),
    ):
        assert sums(held, "budget_pence") == whole
    assert sums(pool_atypical(standing, practices=["Z90000", "Z90001"]), "target_pence") == whole


@given(small_world, paces, st.floats(0.0, 0.2))
def test_stack_of_lines_sums_to_the_budget_and_slices_to_their_amount(
    world: list[tuple[int, int, int, int]], pace: CloseDistance, share: float
) -> None:
    held = move_to_fair_shares(build(world), pace=pace)
    lines = stack_lines(held, year=YEAR, pace=Rule("R2.12"))
    assert (
        add_up_budgets(lines)["budget_pence"].to_list()
        == held.sort("practice_code", "service")["budget_pence"].to_list()
    )
    resources = pl.DataFrame({"service": list(SERVICES), "amount_pence": [10**9] * 3})
    amounts = share_of(resources, share=share)
    sliced = add_up_budgets(top_slice(lines, amounts=amounts, step="top_slice", cited=NEED, reason="held back"))
    assert sums(sliced, "budget_pence") == [
        before - amounts[service] for before, service in zip(sums(held, "budget_pence"), sorted(SERVICES), strict=True)
    ]
    targets = compare_with_target(held, lines=lines, year=YEAR).filter(pl.col("service") != "total")
    assert sums(targets, "target_pence") == sums(targets, "budget_pence")


@given(small_world, st.integers(-(10**6), 10**6))
def test_adjustments_move_money_and_make_none(world: list[tuple[int, int, int, int]], moved: int) -> None:
    lines = stack_lines(keep_historic(build(world)), year=YEAR, pace=NEED, is_blend=True)
    agreed = pl.DataFrame(
        {
            "practice_code": ["Z90000", "Z90001"], "service": ["outpatients"] * 2, "amount_pence": [moved, -moved],
            "reason": ["agreed", "agreed"],
        }
    )  # fmt: skip
    after = add_up_budgets(adjust(lines, adjustments=agreed))
    assert sums(after, "budget_pence") == sums(add_up_budgets(lines), "budget_pence")


@given(small_world, paces, st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_budget(world: list[tuple[int, int, int, int]], pace: CloseDistance, luck) -> None:  # type: ignore[no-untyped-def]
    held = move_to_fair_shares(build(world), pace=pace)
    shuffled = held.drop("budget_pence").sample(fraction=1.0, shuffle=True, seed=luck.randrange(10**6))
    again = move_to_fair_shares(shuffled, pace=pace)
    assert again.sort("practice_code", "service").equals(held.sort("practice_code", "service"))


def test_total_that_does_not_match_is_refused() -> None:
    with pytest.raises(RefusedInput, match="do not add up"):
        close_distance(np.array([1, 2]), targets=np.array([1, 3]), pace=CloseDistance(0.1, 0.1, 0.01))
