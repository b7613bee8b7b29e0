"""The bill found again, slowly: penny by penny for small sums, and by the two rules that billed marginal rates and blocks
before one arithmetic did (0.9 and earlier)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.ledger.made_up_contracts import CONTRACT, MARCH, POLICY, YEAR, agreed, carried, cells, line

from pbc.methods.ledger import apply_forms, find_terms, measure_changes, require_contracts, share_bill
from pbc.methods.ledger.changes import CHANGE_SCHEMA
from pbc.money import share_out
from pbc.periods import Month

GROWTH = "growth_over_own_baseline"
costs = st.dictionaries(st.sampled_from(["Z90001", "Z90002", "Z90003", "not-attributed"]), st.integers(0, 10**9))


def half_up(amount: Fraction) -> int:
    return int((amount + Fraction(1, 2)).__floor__())


def marginal_as_before(now: dict[str, int], before: dict[str, int], baseline: int, percent: int) -> dict[str, int]:
    """The rule of 0.9: part of what lies above is taken off, and growth carries it, else value."""
    excess = max(sum(now.values()) - baseline, 0)
    reduction = -half_up(Fraction(excess * (100 - percent), 100))
    growth = {code: max(amount - before.get(code, 0), 0) for code, amount in now.items()}
    return shared_as_before(reduction, growth if any(growth.values()) else now)


def shared_as_before(amount: int, weights: dict[str, int]) -> dict[str, int]:
    held = {code: weight for code, weight in sorted(weights.items()) if weight > 0} or {"not-attributed": 1}
    return dict(zip(held, share_out(amount, list(held.values()), keys=list(held)), strict=True)) if amount else {}


@given(now=costs, before=costs, baseline=st.integers(0, 3 * 10**9), percent=st.integers(0, 100))
def test_marginal_rates_and_blocks_are_the_numbers_they_were(
    now: dict[str, int], before: dict[str, int], baseline: int, percent: int
) -> None:
    """So the bill basis of freed-up resources, which adds the marginal rate to the price basis, is the same number too."""
    done, earlier = cells(200909, now), cells(200809, before)
    form = agreed(line("marginal", baseline, percent))
    bills = apply_forms(done, agreed=form, statement_month=MARCH, policy=POLICY)
    marginal = share_bill(bills, activity_cells=done, agreed=form, policy=POLICY, earlier_cells=earlier)
    block = carried(done, agreed(line("block", baseline)), earlier=earlier)
    pairs = [dict(found.select("practice_code", "amount_pence").iter_rows()) for found in (marginal, block)]
    assert pairs[0] == marginal_as_before(now, before, baseline, percent)
    assert pairs[1] == shared_as_before(baseline - sum(now.values()), now)


def slowly_paid(value: int, floor: int, baseline: int, ceiling: int, above: int, below: int) -> Fraction:
    """Every penny of value taken by itself: paid in part above the corridor, missed in part below it."""
    paid = Fraction(baseline)
    for penny in range(1, max(value, floor) + 1):
        if ceiling < penny <= value:
            paid += Fraction(above, 100)
        if value < penny <= floor:
            paid -= Fraction(below, 100)
    return paid


@given(
    st.integers(0, 400), st.lists(st.integers(0, 300), min_size=3, max_size=3).map(sorted), st.integers(0, 100),
    st.integers(0, 100),
)  # fmt: skip
def test_corridor_penny_by_penny(value: int, ends: list[int], above: int, below: int) -> None:
    """Within half a penny of the sum over pennies, whichever side of the corridor the value is on."""
    floor, baseline, ceiling = ends
    given_line = line("cost_and_volume", baseline, above, floor_pence=floor, ceiling_pence=ceiling, below_percent=below)
    found = apply_forms(cells(200909, {"A": value}), agreed=agreed(given_line), statement_month=MARCH, policy=POLICY)
    exact = slowly_paid(value, floor, baseline, ceiling, above, below)
    assert abs(found["amount_pence"].sum() - exact) <= Fraction(1, 2)


@given(st.integers(0, 10**6), st.integers(-(10**6), 10**6), st.integers(0, 10**6), st.integers(0, 100))
def test_what_a_change_does_is_two_bills_taken_from_each_other(
    before: int, moved: int, baseline: int, percent: int
) -> None:
    """This year: the bill with the change less the bill without it, each billed as if it had happened."""
    moved = max(moved, -before)
    held = agreed(line("marginal", baseline, percent))
    bills = [
        apply_forms(cells(200909, {"A": value}), agreed=held, statement_month=MARCH, policy=POLICY)[
            "amount_pence"
        ].sum()
        for value in (before, before + moved)
    ]
    key: dict[str, Any] = {"commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL"}
    amounts = {"before_pence": before, "change_pence": moved, "next_before_pence": before, "next_change_pence": moved}
    found = measure_changes(
        pl.DataFrame([key | amounts], schema=CHANGE_SCHEMA), change_code="case", agreed=held, statement_month=MARCH,
        policy=POLICY,
    )  # fmt: skip
    this_year = found.filter(pl.col("financial_year") == "2009-10")
    assert this_year["amount_pence"].sum() == bills[1] - bills[0]
    assert this_year.filter(pl.col("step") == "priced")["amount_pence"].item() == moved


def test_a_register_that_is_whole_passes_and_gives_its_terms() -> None:
    """Added up by hand: £100 and £50 of plan are the contract's £150."""
    rows = [line("block", 10_000, plan_pence=10_000, plan_activity_count=4, point_of_delivery="AE"),
            line("activity_price", plan_pence=5_000, plan_activity_count=2)]  # fmt: skip
    held = require_contracts(agreed(*rows, contracts=[CONTRACT | {"plan_pence": 15_000}]), year=YEAR, policy=POLICY)
    terms = find_terms(held, month=Month(2009, 4), policy=POLICY)
    assert {line[2]: found.baseline_pence for line, found in terms.items()} == {
        "AE": half_up(Fraction(10_000 * 30, 365)),
        "NEL": 0,
    }
