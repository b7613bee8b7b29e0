"""Overspends by the rules of the year: three-year balance, carrying forward, incentives lost, persistent overspending."""

from __future__ import annotations

import polars as pl
import pytest
from tests.spec.pool.made_up_pools import POLICY, agreed, close

from pbc.methods.pool import find_pool_rules
from pbc.periods import FinancialYear
from pbc.tables import OVERSPEND_YEARS


def years_of(variances: list[int], *, first: int, keeps: int = 0) -> pl.DataFrame:
    """The year ends of A in a row, no pool, each reading those before; all rows."""
    held = OVERSPEND_YEARS.empty()
    for at, over in enumerate(variances):
        kept = keeps if over < 0 else 0
        _, made = close({"A": (over, kept)}, older=held, year=FinancialYear(first + at))
        held = pl.concat([held, made])
    return held


@pytest.mark.parametrize(
    ("year", "rule", "carried", "incentive"),
    [
        (2004, "three_year_balance", 1, False),
        (2005, "three_year_balance", 1, False),
        (2006, "no_fixed_period", 0, True),
    ],
)
def test_rule_of_each_year(year: int, rule: str, carried: int, incentive: bool) -> None:
    """Given the first day of each year, then its rule is the draft's to 2005/06 and no fixed period from 2006/07."""
    rules = find_pool_rules(POLICY, on=FinancialYear(year).start)
    assert (rules.overspend_rule, rules.carried_share, rules.incentive_needs_balance) == (rule, carried, incentive)


def test_an_overspend_of_2004_is_carried_and_offset_by_savings_of_2005() -> None:
    """Given 100 over in 2004/05 and 80 kept of savings in 2005/06, then 80 is offset, 20 carried on, nothing left to spend."""
    row = years_of([100, -80], first=2004, keeps=80).row(1, named=True)
    assert (row["carried_before_pence"], row["offset_pence"], row["carried_on_pence"], row["free_pence"]) == (
        100,
        80,
        20,
        0,
    )
    assert (row["window_variance_pence"], row["window_years_count"], row["standing"]) == (20, 2, "in_balance")


def test_from_2006_nothing_is_carried_and_what_was_lapses() -> None:
    """Given 100 carried out of 2005/06, then 2006/07 takes nothing off savings for it and carries nothing on."""
    row = years_of([100, -80], first=2005, keeps=56).row(1, named=True)
    assert (row["offset_pence"], row["lapsed_pence"], row["carried_on_pence"], row["free_pence"]) == (0, 100, 0, 56)


@pytest.mark.parametrize(
    ("variances", "standing"),
    [([100, -60, -60], "in_balance"), ([100, -60, 10], "may_lose_budget"), ([100, -60, -30], "may_lose_budget"), ([-100, 20, 30], "over")],
)  # fmt: skip
def test_three_years_have_to_balance_together(variances: list[int], standing: str) -> None:
    """Given a period fixed by agreement, then three years held and over budget together may lose the budget."""
    held = OVERSPEND_YEARS.empty()
    policy = agreed(overspend_rule="three_year_balance")
    for at, over in enumerate(variances):
        _, made = close({"A": (over, 0)}, older=held, year=FinancialYear(2006 + at), policy=policy)
        held = pl.concat([held, made])
    row = held.row(2, named=True)
    assert (row["standing"], row["rule"], row["window_variance_pence"]) == (standing, "R3.1", sum(variances))


@pytest.mark.parametrize(
    ("variances", "run", "standing"),
    [
        ([10], 1, "over"),
        ([10, 20], 2, "contract_considered"),
        ([10, -5, 20], 1, "over"),
        ([10, 20, 0], 0, "in_balance"),
    ],
)
def test_from_2006_no_period_is_fixed_but_persistence_is_considered(
    variances: list[int], run: int, standing: str
) -> None:
    """Given years in a row, then two over budget together read that the contract is considered, and an award is lost."""
    row = years_of(variances, first=2006).row(-1, named=True)
    assert (row["years_over_count"], row["standing"], row["rule"]) == (run, standing, "R3.2")
    assert row["is_incentive_lost"] == (variances[-1] > 0)
    assert ("award" in row["reason"]) == (variances[-1] > 0)


def test_an_award_lost_by_agreement_only_where_it_depends_on_balance() -> None:
    """Given an agreement by which awards do not depend on balance, then none is lost."""
    _, years = close({"A": (10, 0)}, policy=agreed(incentive_needs_balance=False))
    assert years["is_incentive_lost"].to_list() == [False]
    assert "award" not in years["reason"][0]


def test_parts_of_an_overspend_add_up() -> None:
    """Given 101 over, 40 in the pool and half carried, then 40 is lent, 31 carried and 30 left with the commissioner."""
    _, years = close({"A": (101, 0)}, paid_in={"A": 40}, policy=agreed(carried_share=0.5))
    assert years.select("covered_pence", "carried_pence", "commissioner_pence").row(0) == (40, 31, 30)
