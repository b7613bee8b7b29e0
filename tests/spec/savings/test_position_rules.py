"""Three positions of a year end: what is released and held back, and why a practice moved from one to the next."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.savings import split_release, trace_positions
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")


def freed(**kept: int) -> pl.DataFrame:
    rows = [
        {"financial_year": YEAR.slug, "unit_kind": "practice", "unit_code": code, "basis": basis, "budget_pence": 0, "actual_pence": 0,
         "gross_underspend_pence": 0, "freed_up_pence": pence, "retained_pence": pence if basis == "bill" else 7, "commissioner_pence": 0,
         "retained_share": 0.7, "is_shared": basis == "bill", "label": "inside_chance", "rule": "at_least", "parameter": "x"}
        for code, pence in kept.items() for basis in ("bill", "price")
    ]  # fmt: skip
    return FREED_UP_RESOURCES.from_rows(rows)


def release(position: str, before: pl.DataFrame | None = None, **kept: int) -> pl.DataFrame:
    return split_release(freed(**kept), position=position, year=YEAR, policy=POLICY, before=before)


def row(found: pl.DataFrame, code: str = "A") -> dict[str, Any]:
    return found.filter(pl.col("unit_code") == code).row(0, named=True)


def test_half_of_what_practices_keep_is_released_on_the_closing_estimate() -> None:
    """Given 1,001 kept on the basis shared, then half is released, 500 or 501, and the rest held back."""
    told = row(release("closing_estimate", A=1001))
    assert (told["released_now_pence"] + told["held_back_pence"], told["over_released_pence"]) == (1001, 0)
    assert told["released_now_pence"] in (500, 501)


def test_local_agreement_sets_how_much_is_released_first() -> None:
    """Given an agreement of a quarter, then a quarter of 1,000 is released on the closing estimate."""
    agreed = {"from": date(2009, 4, 1), "value": 0.25, "status": "local_agreement", "source": "Minute 3"}
    policy = POLICY.lay_over({"savings.release_share": {"values": [agreed]}}, where="minute")
    told = row(split_release(freed(A=1000), position="closing_estimate", year=YEAR, policy=policy))
    assert (told["released_pence"], told["held_back_pence"], told["release_share"]) == (250, 750, 0.25)


def test_frozen_position_releases_nothing_more() -> None:
    """Given 500 released and 1,400 kept at the frozen position, then 500 stay released and 900 are held back."""
    told = row(release("frozen", release("closing_estimate", A=1000), A=1400))
    assert (told["released_before_pence"], told["released_now_pence"], told["held_back_pence"]) == (500, 0, 900)


def test_final_position_releases_all_that_is_left() -> None:
    """Given 500 released and 1,200 kept in the end, then 700 are released and nothing is held back."""
    frozen = release("frozen", release("closing_estimate", A=1000), A=1400)
    told = row(release("final", frozen, A=1200))
    assert (told["released_now_pence"], told["released_pence"], told["held_back_pence"]) == (700, 1200, 0)


def test_what_was_released_is_not_taken_back() -> None:
    """Given 500 released and only 300 kept in the end, then 500 stay released and 200 are told as released more than final."""
    told = row(release("final", release("closing_estimate", A=1000), A=300))
    assert (told["released_now_pence"], told["released_pence"], told["over_released_pence"]) == (0, 500, 200)


def test_unit_that_holds_no_budget_any_more_keeps_its_row() -> None:
    """Given B's 400 released and B gone at the final position, then all 400 are told as released too much."""
    told = row(release("final", release("closing_estimate", A=0, B=800), A=0), "B")
    assert (told["retained_pence"], told["released_pence"], told["over_released_pence"]) == (0, 400, 400)


def test_position_that_is_none_is_refused() -> None:
    """Given another word, then a refusal that names the three."""
    with pytest.raises(RefusedInput, match="no such position"):
        release("draft", A=1)


def position(code: str, **amounts: int) -> dict[str, Any]:
    return {"financial_year": YEAR.slug, "statement_month": 201003, "practice_code": code, "commissioner_code": "P", "list_size": 1,
            "months_count": 12, "activity_budget_pence": 0, "activity_actual_pence": 0, **amounts}  # fmt: skip


def walk(now: dict[str, Any], before: dict[str, Any], late: int) -> dict[str, dict[str, Any]]:
    found = trace_positions(
        BUDGET_POSITIONS.from_rows([now]), before=BUDGET_POSITIONS.from_rows([before]), position="frozen", year=YEAR,
        late=pl.DataFrame({"practice_code": ["A"], "plan_price_pence": [late]}),
    )  # fmt: skip
    return {each["basis"]: each for each in found.to_dicts()}


def test_walk_tells_late_data_restatement_prices_and_terms_apart() -> None:
    """Given 1,000 under; 60 came late, 10 were taken back, prices took 5 and marginal rates gave 7: then 945 and 952 under."""
    then = position("A", activity_budget_pence=5000, activity_actual_pence=4000)
    now = position(
        "A", activity_budget_pence=5000, activity_actual_pence=4050, price_effect_pence=5, bill_adjustment_pence=-7
    )
    told = walk(now, then, 60)
    names = ("before_pence", "late_data_pence", "restatement_pence", "price_pence", "terms_pence", "now_pence")
    assert [told["price"][name] for name in names] == [1000, -60, 10, -5, 0, 945]
    assert [told["bill"][name] for name in names] == [1000, -60, 10, -5, 7, 952]


def test_walk_tells_budget_and_prescribing_apart() -> None:
    """Given 100 added to the budget and 30 more prescribed, then 70 more under budget."""
    then = position("A", activity_budget_pence=500, prescribing_actual_pence=20)
    told = walk(position("A", activity_budget_pence=600, prescribing_actual_pence=50), then, 0)["bill"]
    assert (told["budget_pence"], told["prescribing_pence"], told["now_pence"] - told["before_pence"]) == (100, -30, 70)
