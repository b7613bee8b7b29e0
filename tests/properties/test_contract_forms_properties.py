"""Whatever the activity and the contract: adjustments sum to the penny, point one way, and forget row order."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.costing import apply_block_sums, apply_marginal_rate
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.tables import ACTIVITY_CELLS, CONTRACT_FORMS

MARCH = Month(2010, 3)
POLICY = load_policy("england-2005")
costs = st.dictionaries(st.sampled_from(["Z90001", "Z90002", "Z90003", "not-attributed"]), st.integers(0, 10**9))
NO_MONEY = dict.fromkeys(
    ("base_pence", "short_stay_pence", "excess_days_pence", "top_up_pence", "market_forces_pence", "plan_price_pence"),
    0,
)


def cells(month: int, cost_by_practice: dict[str, int]) -> pl.DataFrame:
    rows = [
        {"month": month, "practice_code": code, "provider_code": "ZH1", "point_of_delivery": "NEL",
         "treatment_function_code": "300", "commissioner_code": "ZP1", "activity_count": 1, "excess_days": 0,
         "cost_pence": cost, **NO_MONEY}
        for code, cost in cost_by_practice.items()
    ]  # fmt: skip
    return ACTIVITY_CELLS.from_rows(rows)


def contract(form: str, baseline: int, percent: int) -> pl.DataFrame:
    row = {
        "commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": "2009-10", "point_of_delivery": "NEL",
        "payment_form": form, "baseline_pence": baseline, "marginal_percent": percent, "source": "made up",
    }  # fmt: skip
    return CONTRACT_FORMS.from_rows([row])


@given(now=costs, before=costs, baseline=st.integers(0, 3 * 10**9), percent=st.integers(0, 100))
def test_marginal_rate_sums_to_the_reduction_and_never_adds(
    now: dict[str, int], before: dict[str, int], baseline: int, percent: int
) -> None:
    """The provider is paid the baseline and the percent of what lies above, to the penny; no practice pays more for it."""
    found = apply_marginal_rate(
        cells(200909, now), contract_forms=contract("marginal", baseline, percent), statement_month=MARCH,
        policy=POLICY, earlier_cells=cells(200809, before),
    )  # fmt: skip
    total = sum(now.values())
    exact = Fraction(max(total - baseline, 0) * (100 - percent), 100)
    assert abs(-found["amount_pence"].sum() - exact) <= Fraction(1, 2)
    assert (found["amount_pence"] <= 0).all()


@given(now=costs, baseline=st.integers(0, 3 * 10**9))
def test_block_line_costs_its_sum(now: dict[str, int], baseline: int) -> None:
    """Priced activity and adjustment together are the block."""
    found = apply_block_sums(cells(200909, now), contract_forms=contract("block", baseline, 0), statement_month=MARCH)
    assert sum(now.values()) + found["amount_pence"].sum() == baseline


@given(now=costs, before=costs, baseline=st.integers(0, 10**9))
def test_row_order_is_irrelevant(now: dict[str, int], before: dict[str, int], baseline: int) -> None:
    """Cells in another order give the same adjustments."""
    form = contract("marginal", baseline, 30)
    one, other = (
        apply_marginal_rate(
            rows, contract_forms=form, statement_month=MARCH, policy=POLICY, earlier_cells=cells(200809, before)
        )
        for rows in (cells(200909, now), cells(200909, now).reverse())
    )
    assert one.equals(other)
