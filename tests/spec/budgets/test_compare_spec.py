"""Comparing budgets: given two years or several drafts, then the steps between them, which add up to the penny."""

from __future__ import annotations

import polars as pl
import pytest
from tests.spec.budgets.test_budget_rules import lists, resources

from pbc.errors import RefusedInput
from pbc.methods.budgets.compare_scenarios import compare_scenarios
from pbc.methods.budgets.compare_years import BudgetYear, compare_years
from pbc.periods import FinancialYear
from pbc.tables import BUDGET_LINES

YEAR = FinancialYear(2010)
SEQUENCE = {"historic": 10, "need": 30, "pace_of_change": 40, "top_slice": 50, "risk_pool": 60, "adjustment": 70,
            "rounding": 80, "virement_1": 110}  # fmt: skip


def stack(code: str = "A", service: str = "outpatients", **steps: int) -> pl.DataFrame:
    return BUDGET_LINES.from_rows([
        {"financial_year": "2010-11", "practice_code": code, "service": service, "sequence": SEQUENCE[step], "step": step,
         "amount_pence": pence, "payment_form": "activity_price", "rule": "made up", "reason": "made up"}
        for step, pence in steps.items()
    ])  # fmt: skip


def year_of(
    lines: pl.DataFrame, *, money: int, need: dict[str, int], people: dict[str, int] | None = None, **more: str
) -> BudgetYear:
    weighted = lists(**need)
    if people is not None:
        counted = pl.col("practice_code").replace_strict(people, return_dtype=pl.Float64)
        weighted = weighted.with_columns(counted.alias("registered_population"))
    return BudgetYear(lines, weighted, resources(**{"outpatients": money, **more}))  # type: ignore[arg-type]


def steps_of(before: BudgetYear, after: BudgetYear, code: str = "A") -> dict[str, int]:
    found = compare_years(before, after, year=YEAR).filter(pl.col("practice_code") == code)
    return dict(found.select("step", "amount_pence").iter_rows())


def at_target(**pence: int) -> pl.DataFrame:
    return pl.concat([stack(code, need=amount) for code, amount in pence.items()])


def test_more_money_for_the_service_is_uplift() -> None:
    """Given the same lists and need and £12 instead of £10 to share in two, then each has £1 of uplift."""
    before = year_of(at_target(A=500, B=500), money=1000, need={"A": 1, "B": 1})
    after = year_of(at_target(A=600, B=600), money=1200, need={"A": 1, "B": 1})
    assert steps_of(before, after) == {"last_year": 500, "uplift": 100}


def test_more_people_beside_the_others_is_list_size() -> None:
    """Given twice the people of the same need, then the share goes from a half to two thirds by list size alone."""
    before = year_of(at_target(A=600, B=600), money=1200, need={"A": 1000, "B": 1000})
    after = year_of(at_target(A=800, B=400), money=1200, need={"A": 2000, "B": 1000}, people={"A": 2000, "B": 1000})
    assert steps_of(before, after) == {"last_year": 600, "list_size": 200}
    assert steps_of(before, after, "B") == {"last_year": 600, "list_size": -200}


def test_more_need_of_the_same_people_is_need() -> None:
    """Given the same people with twice the need, then the share goes from a half to two thirds by need alone."""
    before = year_of(at_target(A=600, B=600), money=1200, need={"A": 1000, "B": 1000})
    after = year_of(at_target(A=800, B=400), money=1200, need={"A": 2000, "B": 1000})
    assert steps_of(before, after) == {"last_year": 600, "need": 200}


def test_distance_kept_and_what_is_handed_back_are_steps_of_their_own() -> None:
    """Given the same fair share, then a budget nearer to it, a top-slice, a pool and an adjustment each stand apart."""
    share = {"money": 1000, "need": {"A": 1, "B": 1}}
    before = year_of(
        pl.concat([stack(need=500, pace_of_change=80, top_slice=-10, risk_pool=-5), stack("B", need=500)]), **share
    )
    now = stack(need=500, pace_of_change=60, top_slice=-20, risk_pool=-8, adjustment=7)
    after = year_of(pl.concat([now, stack("B", need=500)]), **share)
    assert steps_of(before, after) == {
        "last_year": 565, "pace_of_change": -20, "top_slice": -10, "risk_pool": -3, "adjustment": 7,
    }  # fmt: skip


def test_amendments_of_last_year_end_with_it() -> None:
    """Given £1 vired last year and nothing now, then a step of its own takes it away; a step no rule knows is other."""
    share = {"money": 1000, "need": {"A": 1, "B": 1}}
    before = year_of(pl.concat([stack(need=500, virement_1=100), stack("B", need=500)]), **share)
    after = year_of(pl.concat([stack(need=500, rounding=1), stack("B", need=500)]), **share)
    assert steps_of(before, after) == {"last_year": 600, "amendment": -100, "other": 1}


def test_new_practice_grows_from_nothing_by_its_list() -> None:
    """Given a practice that had no list, then its whole fair share is list size, and the others lose as much by theirs."""
    before = year_of(at_target(A=1000), money=1000, need={"A": 1000})
    after = year_of(at_target(A=500, B=500), money=1000, need={"A": 1000, "B": 1000})
    assert steps_of(before, after, "B") == {"last_year": 0, "list_size": 500}
    assert steps_of(before, after) == {"last_year": 1000, "list_size": -500}


def test_new_service_is_all_uplift_and_a_service_without_need_moves_nothing() -> None:
    """Given a service with money this year alone, then its budget is uplift; given one by head, need moves nothing."""
    before = year_of(at_target(A=500, B=500), money=1000, need={"A": 1, "B": 1})
    lines = pl.concat(
        [at_target(A=500, B=500), stack(service="planned_care", need=300), stack("B", "planned_care", need=300)]
    )
    after = year_of(lines, money=1000, need={"A": 1, "B": 1}, planned_care=600)  # type: ignore[arg-type]
    found = compare_years(before, after, year=YEAR).filter(pl.col("service") == "planned_care")
    assert found.select("practice_code", "step", "amount_pence").rows() == [
        ("A", "last_year", 0), ("A", "uplift", 300), ("B", "last_year", 0), ("B", "uplift", 300),
    ]  # fmt: skip


def test_drafts_stand_side_by_side_with_their_difference_from_the_first() -> None:
    """Given A with £5 then £4 and B only in the second, then the differences are -£1 and £3."""
    found = compare_scenarios({"Plain": stack(need=500), "Faster": pl.concat([stack(need=400), stack("B", need=300)])})
    assert found.rows() == [
        ("A", "Plain", 500, 0), ("A", "Faster", 400, -100), ("B", "Plain", 0, 0), ("B", "Faster", 300, 300),
    ]  # fmt: skip


def test_drafts_of_other_years_or_too_many_are_not_compared() -> None:
    """Given one draft, five, or two of different years, then the comparison is refused."""
    line = stack(need=500)
    for drafts in ({"a": line}, dict.fromkeys("abcde", line)):
        with pytest.raises(RefusedInput, match="cannot be set side by side"):
            compare_scenarios(drafts)
    with pytest.raises(RefusedInput, match="one year"):
        compare_scenarios({"a": line, "b": line.with_columns(financial_year=pl.lit("2011-12"))})
