"""What an option is worth: steps of a year, discounting, doing nothing, when it pays, on what conditions, from whose money."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from tests.spec.appraisal.made_up_case import (
    NOTHING,
    OPTION,
    RULES,
    YEARS,
    bill,
    clinic_costs,
    costs,
    of_option,
    options,
    rules_with,
    table,
    years_of,
)

from pbc.errors import RefusedInput
from pbc.methods.appraisal import (
    Scenario,
    compare_money,
    find_appraisal_rules,
    find_break_even_share,
    measure_results,
    measure_sensitivities,
    stack_appraisal,
)
from pbc.periods import FinancialYear
from pbc.policy import load_policy
from pbc.tables import ALL

CLINIC = bill(-900_000, *[-1_800_000] * 4)
NONE = bill()


def result(
    case_costs: pl.DataFrame, bills: pl.DataFrame, *, money: tuple[dict[str, Any], ...] = (), share: Fraction | None = None,
    case_options: pl.DataFrame | None = None, option: str = "B",
) -> dict[str, Any]:  # fmt: skip
    held = options() if case_options is None else case_options
    payers = compare_money(held, case_costs=case_costs, case_money=table("case_money", *money), rules=RULES)
    ALL["appraisal_payers"].require(payers, where="test")
    found = measure_results(
        years_of(case_costs, bills, case_options=held), case_options=held, case_costs=case_costs, appraisal_payers=payers,
        shares={"B": share}, rules=RULES,
    )  # fmt: skip
    ALL["appraisal_results"].require(found, where="test")
    return found.filter(pl.col("option_code") == option).to_dicts()[0]


def test_a_clinic_that_pays_for_itself_in_its_second_year() -> None:
    """Given £10,000 once, £7,000 a year and a bill that falls by £9,000 and then £18,000 a year
    Then it leaves -£8,000 and then £11,000 a year, has paid for itself in 2010/11 after 21 months, and is worth £32,403.87."""
    found = result(clinic_costs(), CLINIC, share=Fraction(569, 1000))
    assert of_option(years_of(clinic_costs(), CLINIC), "running_pence") == [
        -800_000,
        300_000,
        1_400_000,
        2_500_000,
        3_600_000,
    ]
    assert (found["net_present_value_pence"], found["net_pence"]) == (3_240_387, 3_600_000)
    assert (found["break_even_year"], found["payback_months_count"]) == ("2010-11", 21)
    assert (found["recurrent_pence"], found["bill_pence"], found["break_even_activity_ratio"]) == (
        1_100_000,
        8_100_000,
        0.569,
    )


def test_steps_of_a_year_add_up_to_its_present_value() -> None:
    """Given the second year of the clinic: £18,000 less £7,000 is £11,000, worth £10,628.02 in the first."""
    lines = stack_appraisal(options(), case_costs=clinic_costs(), bill_changes=CLINIC, rules=RULES)
    second = lines.filter(pl.col("financial_year") == "2010-11").sort("sequence")
    assert second.select("step", "amount_pence").rows() == [
        ("running", -700_000),
        ("priced", 1_800_000),
        ("discount", -37_198),
    ]


def test_money_of_the_first_year_is_not_discounted_and_of_the_second_by_a_year() -> None:
    """Given 3.5% a year, then a pound of the years is worth 1, 0.9662, 0.9335, 0.9019 and 0.8714: the Treasury's factors."""
    assert [round(float(RULES.worth(year)), 4) for year in RULES.years] == [1, 0.9662, 0.9335, 0.9019, 0.8714]


@pytest.mark.parametrize("regime, year", [("england-2005", 2009), ("england-2025", 2025)])
def test_both_regimes_discount_by_the_treasurys_rate_over_five_years(regime: str, year: int) -> None:
    """Given either regime, then 3.5% a year, found, over five years, assumed."""
    policy = load_policy(regime)
    rules = find_appraisal_rules(policy, year=FinancialYear(year))
    assert (rules.discount_rate, len(rules.years)) == (Fraction(35, 1000), 5)
    named = {
        name: policy.value(f"appraisal.{name}", on=date(year, 4, 1)).status
        for name in ("discount_rate", "horizon_years")
    }
    assert named == {"discount_rate": "found", "horizon_years": "assumption"}


def test_two_alternatives_discounted() -> None:
    """Given £10m spent for £2.5m a year over four years, and £5m spent for £1.5m, then the first loses £0.82m and the second
    gains £0.51m."""
    for spent, gained, worth in ((10_000_000, 2_500_000, -0.82), (5_000_000, 1_500_000, 0.51)):
        once = costs({"kind": "set_up", "is_recurrent": False, "cost_pence": spent * 100})
        found = result(once, bill(0, *[-gained * 100] * 4))
        assert round(found["net_present_value_pence"] / 100_000_000, 2) == worth


RUNNING: list[tuple[list[int], str | None, int | None]] = [
    ([0, 0, 0, 0, 0], "2009-10", 0), ([5, 5, -5, 0, 0], "2009-10", 0), ([-5, 5, 0, 0, 0], "2010-11", 24),
    ([-5, 10, 0, 0, 0], "2010-11", 18), ([5, -10, 0, 0, 5], "2013-14", 60), ([5, -10, 0, 0, 0], None, None),
    ([-5, 0, 0, 0, 4], None, None),
]  # fmt: skip


@pytest.mark.parametrize("left, year, months", RUNNING)
def test_paid_back_when_what_is_left_never_falls_below_nought_again(
    left: list[int], year: str | None, months: int | None
) -> None:
    """Given what each year leaves, then the first year after which the sum stays at nought or above, and the months till then."""
    found = result(costs(), bill(*(-amount for amount in left)))
    assert (found["break_even_year"], found["payback_months_count"]) == (year, months)


def test_doing_nothing_has_its_own_costs_and_bill_and_is_nought_against_itself() -> None:
    """Given that doing nothing costs £1,000 a year more in hospital, then an option that changes nothing is worth that much."""
    growing = bill(*[100_000] * 5, option="N")
    found = result(costs(), growing)
    assert (found["net_pence"], found["bill_pence"], found["recurrent_pence"]) == (500_000, 500_000, 100_000)
    itself = result(costs(), growing, option="N")
    assert (itself["net_present_value_pence"], itself["net_pence"], itself["payback_months_count"]) == (0, 0, 0)


def test_stopping_a_service_saves_its_cost_but_not_what_is_stranded() -> None:
    """Given a service of £50,000 a year stopped, £8,000 once to stop it, £5,000 a year of rent left over, and a block that goes on
    a year: then £37,000 is left of the first year and £45,000 of each later one, and the block's £20,000 from the second."""
    stopped = costs(
        {"cost_pence": -5_000_000}, {"kind": "set_up", "is_recurrent": False, "cost_pence": 800_000},
        {"kind": "stranded_cost", "cost_pence": 500_000},
    )  # fmt: skip
    block = pl.concat([bill(*[-2_000_000] * 5), bill(2_000_000, step="not_paid")])
    years = years_of(stopped, block)
    assert of_option(years, "cost_pence") == [3_700_000, *[4_500_000] * 4]
    assert of_option(years, "bill_pence") == [0, *[2_000_000] * 4]


def test_costs_recur_only_where_they_are_said_to() -> None:
    """Given £100 a year from 2011/12 and £40 once in 2013/14, then what a full year leaves is without the £40; nor is
    it better for £90 that doing nothing costs once in that year."""
    some = costs(
        {"financial_year": "2011-12", "cost_pence": 10_000},
        {"financial_year": "2013-14", "is_recurrent": False, "kind": "premises", "cost_pence": 4_000},
    )  # fmt: skip
    assert of_option(years_of(some, NONE), "cost_pence") == [0, 0, -10_000, -10_000, -14_000]
    assert result(some, NONE)["recurrent_pence"] == -10_000
    repairs = costs({"option_code": "N", "financial_year": "2013-14", "is_recurrent": False, "cost_pence": 9_000})
    assert (result(repairs, NONE)["net_pence"], result(repairs, NONE)["recurrent_pence"]) == (9_000, 0)


def test_what_partners_pay_is_not_the_commissioners() -> None:
    """Given £100 a year of which a partner pays all, then the commissioner pays nothing and the partner £467.30 in all."""
    paid = costs({"paid_from": "partner", "cost_pence": 10_000})
    found = result(paid, NONE)
    assert (found["net_pence"], found["partner_present_value_pence"]) == (0, 46_730)
    lines = stack_appraisal(options(), case_costs=paid, bill_changes=NONE, rules=RULES)
    assert lines.filter(pl.col("financial_year") == "2009-10").select("step", "amount_pence").sort("step").rows() == [
        ("paid_by_partner", 10_000), ("running", -10_000),
    ]  # fmt: skip


def test_optimism_is_added_to_costs_and_not_to_savings() -> None:
    """Given a tenth for optimism, £100 spent, £50 saved and £30 that a partner pays, then £10 more."""
    rules = rules_with(optimism_share=0.1)
    some = costs({"cost_pence": 10_000}, {"cost_pence": -5_000}, {"cost_pence": 3_000, "paid_from": "partner"})
    assert of_option(years_of(some, NONE, rules=rules), "net_pence")[0] == -10_000 + 5_000 - 1_000


COST_SIDES: list[tuple[Fraction, int]] = [(Fraction(0), -5_000), (Fraction(1, 5), -8_000), (Fraction(-1, 10), -3_500)]


@pytest.mark.parametrize("higher, left", COST_SIDES)
def test_costs_come_out_higher_by_a_share_of_their_size(higher: Fraction, left: int) -> None:
    """Given £100 spent and £50 saved, then costs a fifth higher are £120 spent and £40 saved."""
    some = costs({"cost_pence": 10_000}, {"cost_pence": -5_000})
    assert of_option(years_of(some, NONE, scenario=Scenario(cost_share=higher)), "net_pence")[0] == left


def test_without_baselines_set_anew_the_bill_does_not_follow() -> None:
    """Given a block that follows a year later, then without that it never does."""
    block = pl.concat([bill(*[-100] * 5), bill(*[100] * 5, step="not_paid"), bill(0, *[-100] * 4, step="rebased")])
    assert of_option(years_of(costs(), block), "bill_pence") == [0, 100, 100, 100, 100]
    assert of_option(years_of(costs(), block, scenario=Scenario(is_rebased=False)), "bill_pence") == [0] * 5


SHARES: list[tuple[int, int, Fraction | None]] = [
    (-600, 1_000, Fraction(3, 5)), (-1_500, 1_000, Fraction(3, 2)), (-9_000, 1_000, None), (600, 1_000, None),
    (600, -1_000, Fraction(3, 5)), (0, 0, None),
]  # fmt: skip


@pytest.mark.parametrize("without, with_all, share", SHARES)
def test_share_of_the_promise_that_makes_it_worth_nought(without: int, with_all: int, share: Fraction | None) -> None:
    """Given what an option is worth if nothing changes and what the whole change adds, up to three times of it."""
    assert find_break_even_share(lambda part: int(without + with_all * part), reach=3) == share


AFFORDED: list[tuple[list[tuple[str, int]], bool | None]] = [
    ([], None), ([("2009-10", 1_700_000)], False), ([(year, 1_700_000) for year in YEARS], True),
    ([("2009-10", 1_699_999), *((year, 700_000) for year in YEARS[1:])], False),
]  # fmt: skip


@pytest.mark.parametrize("named, affordable", AFFORDED)
def test_affordable_where_all_it_needs_is_named_in_every_year(
    named: list[tuple[str, int]], affordable: bool | None
) -> None:
    """Given the clinic's £17,000 in the first year and £7,000 after, and the money named for it by year."""
    money = tuple(
        {"case_code": "HC", "financial_year": year, "paid_from": "commissioner_investment", "named_pence": pence}
        for year, pence in named
    )
    assert result(clinic_costs(), CLINIC, money=money)["is_affordable"] is affordable


def test_money_named_of_somebody_who_is_not_asked_stays() -> None:
    """Given £50 named by a partner who is asked for nothing, then £50 is left."""
    money = {"case_code": "HC", "financial_year": "2009-10", "paid_from": "partner", "named_pence": 5_000}
    found = compare_money(options(), case_costs=costs(), case_money=table("case_money", money), rules=RULES)
    assert found.select("needed_pence", "named_pence", "left_pence").unique().rows() == [(0, 5_000, 5_000)]


def test_what_moves_it_most_stands_first_and_all_against_it_last() -> None:
    """Given that activity moves it by 50, cost by 30, the start by 10 and baselines by nothing, then in that order; with the worse
    of each together it is worth 50 less."""

    def value_of(option: str, scenario: Scenario) -> int:
        worth = {"least": -20, "most": 30}.get(scenario.estimate, 0) - int(100 * scenario.cost_share)
        return 1_000 + worth - (5 if scenario.delay_months else -5) - 5

    found = measure_sensitivities(options(), value_of=value_of, rules=RULES)
    ALL["appraisal_sensitivities"].require(found, where="test")
    assert found.sort("sequence").select("driver", "low_present_value_pence", "high_present_value_pence", "swing_pence").rows() == [
        ("activity", 980, 1_030, 50), ("cost", 1_010, 980, 30), ("start", 1_000, 990, 10), ("baseline", 1_000, 1_000, 0),
        ("all_against", 950, 1_000, 50),
    ]  # fmt: skip


@pytest.mark.parametrize("years", [0, 31])
def test_no_horizon_beyond_what_the_rate_was_found_for(years: int) -> None:
    """Given no year, or more than thirty, then the appraisal is refused."""
    with pytest.raises(RefusedInput, match="1 to 30"):
        rules_with(horizon_years=years)


def test_an_option_without_costs_or_changes_is_nought() -> None:
    """Given an option of which nothing is said, then it is worth nought in every year."""
    found = result(costs(), NONE, case_options=table("case_options", NOTHING, OPTION))
    assert (found["net_present_value_pence"], found["is_affordable"], found["break_even_activity_ratio"]) == (
        0,
        None,
        None,
    )
