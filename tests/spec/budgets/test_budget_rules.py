"""Setting budgets: given past activity, need and the year's resource, then each budget and the lines it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.budgets.lines import NEED, Rule, add_up_budgets, adjust, share_of, stack_lines, top_slice
from pbc.methods.budgets.opening import pool_atypical, set_historic, weigh_service
from pbc.methods.budgets.pace_of_change import CloseDistance, MinimumGrowth, close_distance, minimum_growth
from pbc.methods.budgets.set_budgets import blend, keep_historic, move_to_fair_shares
from pbc.methods.budgets.targets import compare_with_target
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_LINES, BUDGET_TARGETS, COMMISSIONER_RESOURCES, WEIGHTED_LISTS

YEAR = FinancialYear(2009)
PACE = Rule("R2.12", "budgets.pace_of_change")
TENTH = CloseDistance(closed_share=0.1, tolerance_ratio=0.1, minimum_ratio=0.01)


def lists(component: str = "general_acute", **need: int) -> pl.DataFrame:
    rows = [
        {
            "practice_code": code, "list_year": "2009-10", "component": component, "commissioner_code": "ZP1",
            "registered_population": 1000.0, "weighted_population": float(weight), "source": "made up",
        }
        for code, weight in need.items()
    ]  # fmt: skip
    return WEIGHTED_LISTS.from_rows(rows)


def resources(form: str = "activity_price", **pence: int) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "financial_year": "2009-10", "commissioner_code": "ZP1", "service": service, "amount_pence": amount,
            "payment_form": form, "source": "made up",
        }
        for service, amount in pence.items()
    ]  # fmt: skip
    return COMMISSIONER_RESOURCES.from_rows(rows)


def past(service: str = "outpatients", **pence: int) -> pl.DataFrame:
    rows = {"practice_code": list(pence), "service": [service] * len(pence), "historic_pence": list(pence.values())}
    return pl.DataFrame(rows, schema={"practice_code": pl.String, "service": pl.String, "historic_pence": pl.Int64})


def standing(*, total: int, history: dict[str, int], need: dict[str, int]) -> pl.DataFrame:
    return set_historic(past(**history), weighted_lists=lists(**need), resources=resources(outpatients=total))


def steps(lines: pl.DataFrame, practice: str) -> dict[str, int]:
    return dict(lines.filter(pl.col("practice_code") == practice).select("step", "amount_pence").iter_rows())


def test_historic_budget_is_past_activity_brought_to_the_resource() -> None:
    """Given past activity of £6 and £4 and a resource of £11, then the budgets are £6.60 and £4.40 (R2.4)."""
    held = keep_historic(standing(total=1100, history={"A": 600, "B": 400}, need={"A": 1, "B": 1}))
    assert held["budget_pence"].to_list() == [660, 440]
    assert steps(stack_lines(held, year=YEAR, pace=NEED, is_blend=True), "A") == {"historic": 600, "uplift": 60}


def test_fair_share_is_the_resource_in_proportion_to_need() -> None:
    """Given need of 3 to 1, then the targets are three quarters and a quarter of the resource (R2.11)."""
    assert standing(total=1000, history={}, need={"A": 3, "B": 1})["target_pence"].to_list() == [750, 250]


def test_practice_without_a_past_opens_at_its_need() -> None:
    """Given a new practice beside one of the same need, then both open with the same budget."""
    assert standing(total=1000, history={"A": 400}, need={"A": 1, "B": 1})["opening_pence"].to_list() == [500, 500]


def test_service_without_any_past_stands_at_its_fair_share() -> None:
    """Given no past activity, then there is no opening budget, and the only line is need."""
    held = move_to_fair_shares(standing(total=1000, history={}, need={"A": 3, "B": 1}), pace=TENTH)
    assert held["opening_pence"].null_count() == 2
    assert steps(stack_lines(held, year=YEAR, pace=PACE), "A") == {"need": 750}


def test_apportioned_service_is_shared_by_head_and_says_so() -> None:
    """Given community care shared out by head, then need makes no difference and the line says: not measured."""
    money = resources("apportioned", community=1000)
    held = set_historic(past("community", A=900), weighted_lists=lists("community", A=3, B=1), resources=money)
    lines = stack_lines(move_to_fair_shares(held, pace=TENTH), year=YEAR, pace=PACE)
    assert lines["amount_pence"].to_list() == [500, 500]
    assert "shared out, not measured" in lines["reason"][0]
    assert weigh_service(lists("community", A=3), service="community", by_head=True)["weight"].to_list() == [1000.0]


@pytest.mark.parametrize(
    "opening, target, closed, then",
    [
        ([12000, 8000], [10000, 10000], 0.25, [11500, 8500]),  # a quarter of the distance on both sides
        ([10500, 9500], [10000, 10000], 0.0, None),  # inside the tolerance nothing need move: but neither may it widen
        ([13000, 7000], [10000, 10000], 0.0, [12900, 7100]),  # beyond it at least one point of the target
        ([10000, 10000], [10000, 10000], 0.5, [10000, 10000]),  # at target already
    ],
)
def test_distance_closes_and_never_widens(opening: list[int], target: list[int], closed: float, then: Any) -> None:
    """Given opening budgets, fair shares and a pace, then budgets move towards fair share, never past it (R2.12)."""
    pace = CloseDistance(closed_share=closed, tolerance_ratio=0.1, minimum_ratio=0.01)
    found = close_distance(np.array(opening), targets=np.array(target), pace=pace)
    assert found.tolist() == (then or opening)


def test_pace_of_change_that_only_one_side_may_follow_is_refused() -> None:
    """Given one practice far below and many a little above, who may not move, then the pace is impossible."""
    opening, targets = np.array([8000, *[10500] * 4]), np.array([10000] * 5)
    with pytest.raises(RefusedInput, match="impossible"):
        close_distance(opening, targets=targets, pace=CloseDistance(0.0, 0.1, 0.01))


@pytest.mark.parametrize(
    "total, floor, cap, says",
    [(590, 0.0, None, "£0.10 below the sum of floors"), (700, 0.0, 0.05, "£0.70 above the sum of caps")],
)
def test_resource_outside_floors_and_caps_is_refused_by_how_much(total: int, floor: float, cap: Any, says: str) -> None:
    """Given a resource too small for the least growth or too large for the most, then the difference is named."""
    with pytest.raises(RefusedInput, match=says):
        minimum_growth(
            np.array([100, 200, 300]), targets=np.array([200, 200, 200]), total_pence=total,
            pace=MinimumGrowth(floor, cap),
        )  # fmt: skip


def test_practice_over_its_share_still_gets_the_least_growth() -> None:
    """Given a practice at twice its share, then under minimum growth it drifts no lower than the floor."""
    found = minimum_growth(
        np.array([200, 100]), targets=np.array([102, 204]), total_pence=306, pace=MinimumGrowth(0.01)
    )
    assert found.tolist() == [202, 104]


def test_blend_weighs_past_and_need_by_service() -> None:
    """Given half weight on the past, then the budget is half way; a weight outside 0 to 1 is refused (R2.2)."""
    held = standing(total=1000, history={"A": 600, "B": 400}, need={"A": 1, "B": 1})
    assert blend(held, historic_share={"outpatients": 0.5})["budget_pence"].to_list() == [550, 450]
    with pytest.raises(RefusedInput, match="between 0 and 1"):
        blend(held, historic_share={"outpatients": 1.5})


def test_what_is_handed_back_is_shared_by_budget_and_lowers_the_sum_exactly() -> None:
    """Given 3% for the risk pool, then the budgets fall by it to the penny, each by its own share (R1.4, R3.3)."""
    held = keep_historic(standing(total=1001, history={"A": 600, "B": 400}, need={"A": 1, "B": 1}))
    lines = stack_lines(held, year=YEAR, pace=NEED, is_blend=True)
    amounts = share_of(resources(outpatients=1001), share=0.03)
    lines = top_slice(lines, amounts=amounts, step="risk_pool", cited=Rule("R3.3"), reason="pool")
    assert amounts == {"outpatients": 30}
    assert add_up_budgets(lines)["budget_pence"].to_list() == [583, 388]
    assert BUDGET_LINES.check(lines) == []
    with pytest.raises(RefusedInput, match="between nothing and the whole service"):
        top_slice(lines, amounts={"outpatients": 2000}, step="top_slice", cited=Rule("R1.4"), reason="too much")


@pytest.mark.parametrize(
    "rows, says",
    [
        ([("A", 50, "care home opened"), ("B", -50, "gives way")], None),
        ([("A", 50, "care home opened")], "sum to nought"),
        ([("A", 50, " "), ("B", -50, "gives way")], "needs a reason"),
        ([("A", 50, "x"), ("C", -50, "not ours")], "no budget for the service"),
    ],
)
def test_adjustment_has_a_reason_and_moves_money_between_practices(rows: list[Any], says: str | None) -> None:
    """Given agreed adjustments, then they have a reason, a practice with a budget, and sum to nought; else refused."""
    held = keep_historic(standing(total=1000, history={"A": 600, "B": 400}, need={"A": 1, "B": 1}))
    lines = stack_lines(held, year=YEAR, pace=NEED, is_blend=True)
    agreed = pl.DataFrame(
        [(code, "outpatients", pence, why) for code, pence, why in rows],
        schema=["practice_code", "service", "amount_pence", "reason"], orient="row",
    )  # fmt: skip
    if says is None:
        assert add_up_budgets(adjust(lines, adjustments=agreed))["budget_pence"].to_list() == [650, 350]
    else:
        with pytest.raises(RefusedInput, match=says):
            adjust(lines, adjustments=agreed)


def test_atypical_lists_share_the_fair_share_of_their_pool_by_their_past() -> None:
    """Given a university and a care-home practice pooled, then their joint target is kept and split by opening budget."""
    held = standing(total=1200, history={"A": 600, "U": 300, "C": 300}, need={"A": 6, "U": 5, "C": 1})
    pooled = pool_atypical(held, practices=["U", "C"])
    assert pooled.sort("practice_code")["target_pence"].to_list() == [600, 300, 300]
    assert held.sort("practice_code")["target_pence"].to_list() == [600, 100, 500]


def test_distance_from_target_is_told_before_and_after() -> None:
    """Given a practice 20% over its share that closes a tenth of the way, then 20% opens, 18% closes, years are told."""
    held = move_to_fair_shares(
        standing(total=20000, history={"A": 12000, "B": 8000}, need={"A": 1, "B": 1}), pace=TENTH
    )
    lines = stack_lines(held, year=YEAR, pace=PACE)
    targets = compare_with_target(held, lines=lines, year=YEAR, pace=TENTH)
    total = targets.filter(pl.col("service") == "total").row(0, named=True)
    assert (total["opening_distance_ratio"], total["closing_distance_ratio"]) == pytest.approx((0.2, 0.18))
    assert total["years_to_target"] == 29
    assert BUDGET_TARGETS.check(targets) == []
