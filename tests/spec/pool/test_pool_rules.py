"""The risk pool as a bank: who paid in, who drew, what for, who repays by when."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.spec.pool.made_up_pools import PAYER, YEAR, agreed, close, moved

from pbc.errors import RefusedInput
from pbc.methods.pool import Account, find_pool_rules


def test_a_year_of_the_pool_in_order() -> None:
    """
    Given two practices that paid in 300 and 200, people above the stop-loss who cost 150, and A 100 over its budget
    Then the pool has 500, bears 150, lends A 100 and keeps 250
    And A owes 100, to be repaid by the end of the year after
    """
    movements, years = close({"A": (100, 0), "B": (-50, 35)}, paid_in={"A": 300, "B": 200}, high_cost=150)
    assert moved(movements) == [
        ("contribution", "A", 300, 300), ("contribution", "B", 200, 500), ("high_cost", PAYER, -150, 350),
        ("overspend_cover", "A", -100, 250),
    ]  # fmt: skip
    loan = movements.row(3, named=True)
    assert (loan["owed_pence"], loan["drawn_year"], loan["repay_on"]) == (100, "2008-09", date(2010, 3, 31))
    assert years.select("overspend_pence", "covered_pence", "commissioner_pence", "owed_pence").rows() == [
        (100, 100, 0, 100), (0, 0, 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keeps", "from_savings", "from_next"), [(70, 70, 30), (100, 100, 0), (160, 100, 0), (0, 0, 100)]
)
def test_a_loan_is_repaid_within_one_further_year(keeps: int, from_savings: int, from_next: int) -> None:
    """
    Given 100 drawn the year before
    Then savings of the year repay it first, what is not met comes off the next budget, and nothing is owed at the close
    """
    before = close({"A": (100, 0)}, paid_in={"A": 100})
    movements, years = close({"A": (-keeps, keeps)}, before=before, year=YEAR.plus(1))
    paid = {row["paid_from"]: row["amount_pence"] for row in movements.filter(kind="repayment").to_dicts()}
    assert paid == {name: pence for name, pence in (("savings", from_savings), ("next_budget", from_next)) if pence}
    row = years.row(0, named=True)
    assert (row["repaid_pence"], row["from_next_budget_pence"], row["free_pence"]) == (
        from_savings,
        from_next,
        keeps - from_savings,
    )
    assert (row["owed_pence"], movements["balance_pence"][-1]) == (0, 100)


def test_with_two_years_to_repay_savings_repay_early_and_the_rest_waits() -> None:
    """Given two further years, then after one year 40 of savings are repaid, 60 wait, and in the second they fall due."""
    policy = agreed(repayment_years=2)
    before = close({"A": (100, 0)}, paid_in={"A": 100}, policy=policy)
    second = close({"A": (-40, 40)}, before=before, year=YEAR.plus(1), policy=policy)
    assert second[1]["owed_pence"].to_list() == [60]
    third, years = close({"A": (0, 0)}, before=second, year=YEAR.plus(2), policy=policy)
    assert moved(third) == [("opening", PAYER, 40, 40), ("owed_before", "A", 0, 40), ("repayment", "A", 60, 100)]
    assert years["owed_pence"].to_list() == [0]


def test_by_agreement_the_commissioner_pays_what_is_due() -> None:
    """Given `unpaid_rule` commissioner, then what savings do not meet is paid by it and takes nothing off the next budget."""
    before = close({"A": (100, 0)}, paid_in={"A": 100})
    movements, years = close({"A": (0, 0)}, before=before, year=YEAR.plus(1), policy=agreed(unpaid_rule="commissioner"))
    assert movements.filter(kind="repayment")["paid_from"].to_list() == ["commissioner"]
    assert years.select("from_next_budget_pence", "owed_pence").row(0) == (0, 0)


def test_a_pool_with_too_little_lends_in_proportion_and_never_below_its_reserve() -> None:
    """
    Given 100 paid in, a tenth of it a reserve, and overspends of 120 and 60
    Then 90 is lent, 60 and 30, and the rest stays with the commissioner
    """
    movements, years = close(
        {"A": (120, 0), "B": (60, 0)}, paid_in={"A": 50, "B": 50}, policy=agreed(reserve_share=0.1)
    )
    assert years.select("covered_pence", "commissioner_pence").rows() == [(60, 60), (30, 30)]
    assert movements["balance_pence"][-1] == 10


def test_what_the_pool_cannot_bear_the_commissioner_puts_in() -> None:
    """Given 100 paid in and 150 to bear, then the commissioner puts in 50 first and the pool ends at nought."""
    movements, years = close({"A": (30, 0)}, paid_in={"A": 100}, high_cost=150)
    assert moved(movements)[1:] == [("support", PAYER, 50, 150), ("high_cost", PAYER, -150, 0)]
    assert years.select("covered_pence", "commissioner_pence").row(0) == (0, 30)


def test_by_agreement_the_pool_may_owe() -> None:
    """Given a pool that may go below nought, then it opens the next year at what it owes, and lends nothing."""
    policy = agreed(may_go_below_zero=True)
    before = close({"A": (0, 0)}, paid_in={"A": 100}, high_cost=150, policy=policy)
    assert before[0]["balance_pence"][-1] == -50
    movements, _ = close({"A": (40, 0)}, before=before, paid_in={"A": 30}, year=YEAR.plus(1), policy=policy)
    assert moved(movements) == [("opening", PAYER, -50, -50), ("contribution", "A", 30, -20)]


def test_a_pool_that_may_owe_no_longer_is_made_good() -> None:
    """Given a pool that opens 50 below nought under a rule that allows none, then the commissioner puts in 50."""
    before = close({"A": (0, 0)}, paid_in={"A": 100}, high_cost=150, policy=agreed(may_go_below_zero=True))
    movements, _ = close({"A": (0, 0)}, before=before, year=YEAR.plus(1))
    assert moved(movements) == [("opening", PAYER, -50, -50), ("support", PAYER, 50, 0)]


def test_by_agreement_what_is_left_is_given_back() -> None:
    """Given `surplus_rule` returned and a reserve of a tenth, then 90 goes back as 60 and 30 and 10 is kept."""
    movements, _ = close(
        {"A": (0, 0)}, paid_in={"A": 67, "B": 33}, policy=agreed(surplus_rule="returned", reserve_share=0.1)
    )
    assert moved(movements)[2:] == [("returned", "A", -60, 40), ("returned", "B", -30, 10)]
    again, _ = close(
        {"A": (0, 0)}, before=(movements, close({})[1]), year=YEAR.plus(1), policy=agreed(surplus_rule="returned")
    )
    assert moved(again) == [("opening", PAYER, 10, 10)]  # nobody paid in this year, so nobody is given back


def test_a_pool_that_does_not_cover_overspends_leaves_them() -> None:
    """Given `covers_overspends` switched off by agreement, then nothing is lent."""
    movements, years = close({"A": (30, 0)}, paid_in={"A": 100}, policy=agreed(covers_overspends=False))
    assert movements["kind"].to_list() == ["contribution"]
    assert years["covered_pence"].to_list() == [0]


def test_nothing_is_drawn_that_is_not_there() -> None:
    """Given 100 in an account, then a drawing of 101 is refused."""
    account = Account()
    account.pay_in("contribution", ("practice", "A"), 100, reason="paid in")
    with pytest.raises(RefusedInput, match="less than is drawn"):
        account.draw("high_cost", ("commissioner", PAYER), 101, reason="borne")
    assert account.balance_pence == 100


def test_rules_are_those_of_the_day() -> None:
    """Given the regime, then one further year to repay, no reserve, nothing below nought, and what is left is carried."""
    rules = find_pool_rules(agreed(), on=YEAR.start)
    assert (rules.repayment_years, rules.reserve_share, rules.may_go_below_zero, rules.surplus_rule) == (
        1,
        0,
        False,
        "carried",
    )


def test_each_pool_is_its_own_commissioners() -> None:
    """Given one commissioner, then every movement and overspend is its own."""
    movements, years = close({"A": (100, 0)}, paid_in={"A": 100})
    assert set(movements["commissioner_code"]) == {PAYER} == set(years["commissioner_code"])
    assert movements.filter(pl.col("drawn_year").is_null())["repay_on"].null_count() == 1


def test_worked_example_of_the_documentation() -> None:
    """Given docs/risk-pool.md's two years of Elm Tree and Oak Road, then the pool and what is owed are as printed there."""
    paid = {"Elm": 30_000_00, "Oak": 20_000_00}
    before = close({"Elm": (40_000_00, 0), "Oak": (-10_000_00, 7_000_00)}, paid_in=paid, high_cost=15_000_00)
    assert before[0]["balance_pence"].to_list() == [30_000_00, 50_000_00, 35_000_00, 0]
    elm = before[1].row(0, named=True)
    assert (elm["covered_pence"], elm["commissioner_pence"], elm["is_incentive_lost"]) == (35_000_00, 5_000_00, True)
    movements, years = close(
        {"Elm": (-20_000_00, 12_000_00), "Oak": (0, 0)}, paid_in=paid, before=before, year=YEAR.plus(1)
    )
    assert movements.filter(unit_code="Elm").select("amount_pence", "balance_pence", "owed_pence").rows() == [
        (0, 0, 35_000_00), (30_000_00, 30_000_00, 35_000_00), (12_000_00, 62_000_00, 23_000_00), (23_000_00, 85_000_00, 0),
    ]  # fmt: skip
    assert years.filter(unit_code="Elm").select("free_pence", "from_next_budget_pence").row(0) == (0, 23_000_00)
