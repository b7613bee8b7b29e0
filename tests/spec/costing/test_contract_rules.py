"""Contract forms: given priced activity and the contract, then what is added or taken, and who carries it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.costing import apply_block_sums, apply_marginal_rate
from pbc.periods import Month
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import ACTIVITY_CELLS, BILL_ADJUSTMENTS, CONTRACT_FORMS

MARCH = Month(2010, 3)
WHOLE = Fraction(1)


def policy_with(shared_by: str) -> Policy:
    policy = load_policy("england-2005")
    name = "costing.marginal_rate_shared_by"
    local = PolicyValue(name, "sharing", "word", "", shared_by, date(2004, 4, 1), "local_agreement", "test")
    return Policy(policy.regime, {**policy.values, name: (local,)})


BY_VALUE, BY_GROWTH = policy_with("share_of_emergency_value"), policy_with("growth_over_own_baseline")


def cells(month: int = 200909, **pounds_by_practice: int) -> pl.DataFrame:
    amounts = (
        "base_pence",
        "short_stay_pence",
        "excess_days_pence",
        "top_up_pence",
        "market_forces_pence",
        "plan_price_pence",
    )
    return ACTIVITY_CELLS.from_rows(
        [
            {
                "month": month, "practice_code": code, "provider_code": "ZH1", "point_of_delivery": "NEL",
                "treatment_function_code": "300", "commissioner_code": "ZP1", "activity_count": 1, "excess_days": 0,
                "cost_pence": pounds * 100, **dict.fromkeys(amounts, 0),
            }
            for code, pounds in pounds_by_practice.items()
        ]
    )  # fmt: skip


def contract(form: str, baseline_pounds: int | None, percent: int | None = None, **others: Any) -> pl.DataFrame:
    row = {
        "commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": "2009-10", "point_of_delivery": "NEL",
        "payment_form": form, "baseline_pence": None if baseline_pounds is None else baseline_pounds * 100,
        "marginal_percent": percent, "source": "made up",
    } | others  # fmt: skip
    return CONTRACT_FORMS.from_rows([row])


def amounts(adjustments: pl.DataFrame) -> dict[str, int]:
    BILL_ADJUSTMENTS.require(adjustments, where="test")
    return dict(adjustments.select("practice_code", pl.col("amount_pence")).iter_rows())


@pytest.mark.parametrize(
    "baseline, activity, percent, reduction",
    [(10_000_000, 11_200_000, 30, -840_000), (1_000_000, 1_200_000, 30, -140_000), (1_000_000, 900_000, 30, 0)],
)
def test_marginal_rate_pays_part_of_the_price_above_the_baseline(
    baseline: int, activity: int, percent: int, reduction: int
) -> None:
    """T9: £11.2m over £10.0m at 30% pays £10.36m; methods.md: £1.2m over £1.0m pays £1.06m; below it nothing changes."""
    activity_cells = cells(A=activity // 3, B=activity - activity // 3)
    found = apply_marginal_rate(
        activity_cells, contract_forms=contract("marginal", baseline, percent), statement_month=MARCH, policy=BY_VALUE
    )
    assert sum(amounts(found).values()) == reduction * 100


def test_marginal_rate_is_shared_by_growth_of_each_practice() -> None:
    """A grew by £30, B by £10, C fell: of a £28 reduction A carries £21, B £7, C nothing."""
    before = cells(200809, A=100, B=100, C=100)
    found = apply_marginal_rate(
        cells(A=130, B=110, C=100), contract_forms=contract("marginal", 300, 30), statement_month=MARCH, policy=BY_GROWTH,
        earlier_cells=before,
    )  # fmt: skip
    assert amounts(found) == {"A": -2100, "B": -700}
    assert "growth" in found["rule"][0]


def test_marginal_rate_without_growth_anywhere_is_shared_by_value() -> None:
    """Nobody grew over a year before, yet the provider is over its baseline: value decides, and the rule says so."""
    found = apply_marginal_rate(
        cells(A=100, B=300), contract_forms=contract("marginal", 300, 30), statement_month=MARCH, policy=BY_GROWTH,
        earlier_cells=cells(200809, A=100, B=300),
    )  # fmt: skip
    assert amounts(found) == {"A": -1750, "B": -5250}
    assert "value" in found["rule"][0]


def test_baseline_is_taken_for_the_part_of_the_year_gone_by() -> None:
    """By the end of September half the year's £100 is £50 (given), or 183 of 365 days by default."""
    form = contract("marginal", 100, 0)
    half = apply_marginal_rate(
        cells(A=60), contract_forms=form, statement_month=Month(2009, 9), policy=BY_VALUE, year_share=Fraction(1, 2)
    )
    by_days = apply_marginal_rate(cells(A=60), contract_forms=form, statement_month=Month(2009, 9), policy=BY_VALUE)
    assert (amounts(half), amounts(by_days)) == ({"A": -1000}, {"A": -(6000 - 5014)})


def test_months_after_the_statement_and_other_years_do_not_count() -> None:
    """October and the year before are no part of the year to date of September."""
    activity = pl.concat([cells(A=60), cells(200910, A=500), cells(200809, A=500)])
    found = apply_marginal_rate(
        activity, contract_forms=contract("marginal", 50, 0), statement_month=Month(2009, 9), policy=BY_VALUE,
        year_share=WHOLE,
    )  # fmt: skip
    assert amounts(found) == {"A": -1000}


@pytest.mark.parametrize("block, adjustment", [(1000, {"A": 25000, "B": 35000}), (100, {"A": -12500, "B": -17500})])
def test_block_sum_is_the_bill_whatever_the_activity(block: int, adjustment: dict[str, int]) -> None:
    """Activity priced at £400 under a block of £1,000 adds £600, under £100 takes £300, shared by value, to the penny."""
    activity = cells(A=167, B=233)
    found = amounts(apply_block_sums(activity, contract_forms=contract("block", block), statement_month=MARCH))
    assert sum(found.values()) == block * 100 - 40000
    assert found["B"] > 0 if block > 400 else found["B"] < 0
    assert abs(found["A"] - adjustment["A"]) < 100


def test_block_line_without_activity_stands_apart() -> None:
    """A block paid for nothing is still paid: no practice carries it."""
    found = apply_block_sums(cells(), contract_forms=contract("block", 500), statement_month=MARCH)
    assert amounts(found) == {"not-attributed": 50000}


@pytest.mark.parametrize("form", [contract("marginal", 100, None), contract("marginal", None, 30)])
def test_marginal_line_without_its_numbers_is_refused(form: pl.DataFrame) -> None:
    """A contract that does not say its baseline or percent cannot be applied."""
    with pytest.raises(RefusedInput, match="no baseline or no percent"):
        apply_marginal_rate(cells(A=1), contract_forms=form, statement_month=MARCH, policy=BY_VALUE)


def test_unknown_way_of_sharing_is_refused() -> None:
    """A policy value that names no way of sharing is refused by name."""
    with pytest.raises(RefusedInput, match="no way to share"):
        apply_marginal_rate(
            cells(A=1), contract_forms=contract("marginal", 1, 30), statement_month=MARCH, policy=policy_with("by_lot")
        )
