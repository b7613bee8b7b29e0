"""From policy values to paces and pools, and the refusals of budget methods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.flows.budget_rules import AT_ONCE, pool_lists, read_pace
from pbc.methods.budgets.opening import pool_atypical, weigh_service
from pbc.methods.budgets.pace_of_change import CloseDistance, MinimumGrowth, minimum_growth, years_to_target
from pbc.methods.budgets.set_budgets import fit_margins, move_to_fair_shares
from pbc.policy import Policy, load_policy
from pbc.policy.policy import PolicyValue
from pbc.tables import WEIGHTED_LISTS

DAY = date(2009, 4, 1)


def agreed(**values: object) -> Policy:
    policy = load_policy("england-2005")
    laid = {
        f"budgets.{name}": (
            PolicyValue(f"budgets.{name}", "local", "", "", value, date(2004, 4, 1), "local_agreement", "test"),
        )
        for name, value in values.items()
    }
    return replace(policy, values={**policy.values, **laid})


def lists(**people: int) -> pl.DataFrame:
    return WEIGHTED_LISTS.from_rows([
        {"practice_code": code, "list_year": "2009-10", "component": "prescribing" if code == "P" else "overall",
         "commissioner_code": "ZP1", "registered_population": float(size), "weighted_population": float(size),
         "need_index_england": 1.0, "source": "made up"}
        for code, size in people.items()
    ])  # fmt: skip


def standing(*rows: tuple[str, str, int | None, int]) -> pl.DataFrame:
    schema = {"practice_code": pl.String, "service": pl.String, "opening_pence": pl.Int64, "target_pence": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def test_pace_is_read_from_policy_by_its_name() -> None:
    assert read_pace(agreed(), on=DAY) == CloseDistance(0.1, 0.1, 0.01)
    assert read_pace(agreed(pace_of_change="at_once"), on=DAY) == AT_ONCE
    assert read_pace(load_policy("england-2025"), on=date(2025, 4, 1)) == MinimumGrowth(0.0, 1.0)
    with pytest.raises(RefusedInput, match="no such pace"):
        read_pace(agreed(pace_of_change="guess"), on=DAY)


def test_pool_is_a_policy_choice_and_a_pool_of_one_says_so() -> None:
    held = standing(("A", "outpatients", 600, 700), ("S", "outpatients", 400, 300))
    assert pool_lists(held, lists(A=2000, S=500), policy=agreed(pool_atypical_lists=False), on=DAY) == (held, None)
    same, notes = pool_lists(held, lists(A=2000, S=500), policy=agreed(), on=DAY)
    assert same.equals(held)
    assert notes is not None
    assert "alone in the pool" in str(notes.filter(pl.col("practice_code") == "S")["list_note"][0])


def test_pool_without_any_past_keeps_its_fair_shares() -> None:
    held = standing(("A", "outpatients", 0, 700), ("S", "outpatients", 0, 300))
    assert pool_atypical(held, practices=["A", "S"])["target_pence"].to_list() == [700, 300]


def test_minimum_growth_is_measured_on_last_year_or_else_on_the_opening_budget() -> None:
    held = standing(("A", "outpatients", 600, 500), ("B", "outpatients", 400, 500))
    pace = MinimumGrowth(0.0)
    last = pl.DataFrame({"practice_code": ["A"], "base_pence": [550]})
    assert move_to_fair_shares(held, pace=pace, last_year=last)["budget_pence"].to_list() == [550, 450]
    assert move_to_fair_shares(held, pace=pace)["budget_pence"].to_list() == [600, 400]


def test_cap_below_the_floor_and_strange_services_are_refused() -> None:
    with pytest.raises(RefusedInput, match="below the least"):
        minimum_growth(np.array([100]), targets=np.array([100]), total_pence=100, pace=MinimumGrowth(0.0, -0.1))
    with pytest.raises(RefusedInput, match="not a service line"):
        weigh_service(lists(A=1), service="dentistry", by_head=False)
    with pytest.raises(RefusedInput, match="no weighted list"):
        weigh_service(lists(P=1), service="outpatients", by_head=False)


def test_growth_stopped_by_a_cap_goes_to_others_below_it() -> None:
    """Caps stop the practice furthest below its share; the rest goes to whoever still has room."""
    found = minimum_growth(
        np.array([100, 100, 100]), targets=np.array([250, 45, 35]), total_pence=330, pace=MinimumGrowth(0.0, 0.2)
    )
    assert found.sum() == 330
    assert found[0] == 120
    assert found.max() <= 120


def test_margins_that_cannot_be_met_are_approached_and_columns_kept() -> None:
    """A practice with money and no service to put it in: columns still sum, the row cannot."""
    fitted = fit_margins(np.array([[1.0, 0.0], [0.0, 0.0]]), rows=np.array([5.0, 5.0]), columns=np.array([10.0, 0.0]))
    assert fitted.sum(axis=0).tolist() == pytest.approx([10.0, 0.0])


def test_years_to_target_are_not_a_number_where_the_pace_never_arrives() -> None:
    slow = CloseDistance(closed_share=0.001, tolerance_ratio=0.9, minimum_ratio=0.0)
    assert np.isnan(years_to_target(np.array([0.5, -0.5]), weights=np.ones(2), pace=slow, years=3)).all()


def test_years_to_target_move_nobody_where_only_one_side_is_away() -> None:
    pace = CloseDistance(closed_share=0.5, tolerance_ratio=0.1, minimum_ratio=0.01)
    assert years_to_target(np.array([0.04, 0.0]), weights=np.ones(2), pace=pace).tolist() == [2.0, 0.0]
