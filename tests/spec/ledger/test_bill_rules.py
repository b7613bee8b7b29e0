"""Bills: given priced activity and the contract, then what is added or taken, and who carries it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.spec.ledger.made_up_contracts import (
    CONTRACT,
    POLICY,
    agreed,
    bill,
    carried,
    cells,
    line,
    variation,
    with_value,
)

from pbc.errors import MissingPolicy, RefusedInput
from pbc.methods.ledger import apply_forms, find_terms, profile_plans, share_bill
from pbc.periods import Month
from pbc.policy import load_policy

SEPTEMBER = Month(2009, 9)
SHARED_BY = "costing.marginal_rate_shared_by"
BY_VALUE = with_value(POLICY, SHARED_BY, "share_of_emergency_value")
CORRIDOR = {"floor_pence": 95_000, "ceiling_pence": 105_000, "below_percent": 50}


def amounts(shares: pl.DataFrame) -> dict[str, int]:
    return dict(shares.select("practice_code", "amount_pence").iter_rows())


@pytest.mark.parametrize(
    "baseline, activity, percent, paid",
    [
        (10_000_000, 11_200_000, 30, 10_360_000),
        (1_000_000, 1_200_000, 30, 1_060_000),
        (1_000_000, 900_000, 30, 900_000),
    ],
)
def test_marginal_rate_pays_part_of_the_price_above_the_baseline(
    baseline: int, activity: int, percent: int, paid: int
) -> None:
    """T9: £11.2m over £10.0m at 30% pays £10.36m; methods.md: £1.2m over £1.0m pays £1.06m; below it nothing changes."""
    done = cells(200909, {"A": activity * 100 // 3, "B": activity * 100 - activity * 100 // 3})
    assert sum(bill(done, agreed(line("marginal", baseline * 100, percent))).values()) == paid * 100


@pytest.mark.parametrize("form", ["block", "fixed", "low_volume_block"])
@pytest.mark.parametrize("value", [0, 40_000, 99_000])
def test_fixed_forms_cost_their_sum_whatever_is_done(form: str, value: int) -> None:
    """£500.00 is paid for nothing, for £400.00 and for £990.00 of activity."""
    found = bill(cells(200909, {"A": value}), agreed(line(form, 50_000)))
    assert found == {"priced": value, form: 50_000 - value}


@pytest.mark.parametrize(
    "value, paid", [(95_000, 100_000), (105_000, 100_000), (115_000, 103_000), (85_000, 95_000), (100_000, 100_000)]
)
def test_cost_and_volume_pays_its_sum_in_the_corridor_and_part_of_the_price_beyond(value: int, paid: int) -> None:
    """£1,000 within £950 to £1,050; £100 above it adds 30%, £30; £100 below it takes back 50%, £50."""
    found = bill(cells(200909, {"A": value}), agreed(line("cost_and_volume", 100_000, 30, **CORRIDOR)))
    assert sum(found.values()) == paid


@pytest.mark.parametrize("percent, baseline, paid", [(None, None, 120_000), (75, None, 90_000), (75, 100_000, 115_000)])
def test_variable_part_pays_a_percent_of_price(percent: int | None, baseline: int | None, paid: int) -> None:
    """£1,200 of elective care: all of it by the scheme's 100%; £900 at 75%; over a baseline of £1,000, £1,150 at 75%."""
    given = agreed(line("variable", baseline, percent, financial_year="2025-26"))
    found = bill(cells(202509, {"A": 120_000}), given, month=Month(2026, 3), policy=load_policy("england-2025"))
    assert sum(found.values()) == paid


def test_variable_part_without_a_percent_is_refused_where_no_scheme_sets_one() -> None:
    """Under england-2005 no national percent is in force: a line must say its own."""
    with pytest.raises(MissingPolicy, match=r"ledger\.variable_percent"):
        bill(cells(200909, {"A": 1}), agreed(line("variable")))


def test_local_price_stands_in_place_of_the_price_list() -> None:
    """Three units each of two practices, priced £40 and £90, at £15.00 a unit: £45 each, so A adds £5 and B takes £45 off."""
    given = agreed(line("local", local_price_pence=1_500))
    done = cells(200909, {"A": 4_000, "B": 9_000}, count=3)
    assert bill(done, given) == {"priced": 13_000, "local_price": -4_000}
    assert amounts(carried(done, given)) == {"A": 500, "B": -4_500}


def test_local_line_without_a_price_is_paid_as_priced() -> None:
    """Old contracts name no price: nothing is added."""
    assert bill(cells(200909, {"A": 4_000}), agreed(line("local"))) == {"priced": 4_000}


def test_form_is_applied_to_what_the_local_price_makes() -> None:
    """Ten units at £20 are £200, whatever the list says; £100 above the baseline is paid at half: £150."""
    given = agreed(line("marginal", 10_000, 50, local_price_pence=2_000))
    assert bill(cells(200909, {"A": 7}, count=10), given) == {
        "priced": 7,
        "local_price": 19_993,
        "marginal_rate": -5_000,
    }


def test_activity_that_no_contract_names_is_paid_at_its_price() -> None:
    """Nobody agreed anything for day cases: the bill holds them all the same."""
    found = bill(cells(200909, {"A": 700}, kind="DC"), agreed())
    assert found == {"priced": 700}


def test_marginal_rate_is_shared_by_growth_of_each_practice() -> None:
    """A grew by £30, B by £10, C fell: of a £28 reduction A carries £21, B £7, C nothing."""
    before = cells(200809, {"A": 10_000, "B": 10_000, "C": 10_000})
    found = carried(
        cells(200909, {"A": 13_000, "B": 11_000, "C": 10_000}), agreed(line("marginal", 30_000, 30)), earlier=before
    )
    assert amounts(found) == {"A": -2100, "B": -700}
    assert found["rule"][0] == "above the baseline 30% is paid; shared by growth_over_own_baseline"


def test_marginal_rate_without_growth_anywhere_is_shared_by_value() -> None:
    """Nobody grew over a year before, yet the provider is over its baseline: value decides, and the rule says so."""
    found = carried(
        cells(200909, {"A": 10_000, "B": 30_000}), agreed(line("marginal", 30_000, 30)),
        earlier=cells(200809, {"A": 10_000, "B": 30_000}),
    )  # fmt: skip
    assert amounts(found) == {"A": -1750, "B": -5250}
    assert "value" in found["rule"][0]


def test_baseline_is_taken_for_the_days_of_the_year_gone_by() -> None:
    """By the end of September 183 of 365 days: £50.14 of the year's £100, so £9.86 of £60 is not paid."""
    found = carried(cells(200909, {"A": 6_000}), agreed(line("marginal", 10_000, 0)), month=SEPTEMBER, policy=BY_VALUE)
    assert amounts(found) == {"A": -(6000 - 5014)}


def test_baseline_does_not_count_months_that_never_came() -> None:
    """Emergency care of August never came: 152 of 365 days; another kind's August changes nothing."""
    given = agreed(line("block", 36_500))
    found = carried(cells(200909, {"A": 0}), given, month=SEPTEMBER, left_out=((200908, "NEL"), (200907, "AE")))
    assert amounts(found) == {"not-attributed": 15_200}


def test_months_after_the_statement_and_other_years_do_not_count() -> None:
    """October and the year before are no part of the year to date of September."""
    done = pl.concat([cells(month, {"A": pence}) for month, pence in ((200909, 60), (200910, 500), (200809, 500))])
    assert bill(done, agreed(line("block", 0)), month=SEPTEMBER) == {"priced": 60, "block": -60}


def test_block_line_without_activity_stands_apart() -> None:
    """A block paid for nothing is still paid: no practice carries it."""
    assert amounts(carried(cells(200909, {}), agreed(line("block", 50_000)))) == {"not-attributed": 50_000}


@pytest.mark.parametrize("known_on, paid", [(date(2009, 5, 31), 36_500), (date(2009, 6, 1), 58_000), (None, 58_000)])
def test_variation_counts_from_the_day_it_was_agreed(known_on: date | None, paid: int) -> None:
    """A block of £365, with £215 more from 1 September on, agreed on 1 June: known on that day and not before."""
    more = variation(1, first=200909, baseline_change_pence=21_500)
    given = agreed(line("block", 36_500), known_on=known_on, contract_variations=[more])
    assert sum(bill(cells(200909, {}), given).values()) == paid


def test_variation_is_spread_over_the_days_from_its_first_month() -> None:
    """£212 more from September on is £30 by the end of September, on £183 of the block: and nothing in August."""
    more = variation(1, first=200909, baseline_change_pence=21_200)
    given = agreed(line("block", 36_500), contract_variations=[more])
    by_month = {month: sum(bill(cells(200909, {}), given, month=Month(2009, month)).values()) for month in (8, 9)}
    assert by_month == {8: 15_300, 9: 18_300 + 3_000}


LACKING: list[dict[str, Any]] = [
    line("marginal", 100), line("marginal", None, 30), line("block"), line("fixed"), line("low_volume_block"),
    line("cost_and_volume", 100_000, 30),
]  # fmt: skip


@pytest.mark.parametrize("lacking", LACKING, ids=[f"{row['payment_form']}-{at}" for at, row in enumerate(LACKING)])
def test_line_without_its_numbers_is_refused(lacking: dict[str, Any]) -> None:
    """A contract that does not say its baseline, percent or corridor cannot be applied."""
    with pytest.raises(RefusedInput, match="no baseline or no percent"):
        bill(cells(200909, {"A": 1}), agreed(lacking))


def test_corridor_that_does_not_hold_its_baseline_is_refused() -> None:
    """A floor of £950 above the baseline of £900."""
    with pytest.raises(RefusedInput, match="does not hold its baseline"):
        bill(cells(200909, {"A": 1}), agreed(line("cost_and_volume", 90_000, 30, **CORRIDOR)))


def test_unknown_way_of_sharing_is_refused() -> None:
    """A policy value that names no way of sharing is refused by name."""
    with pytest.raises(RefusedInput, match="no way to share"):
        carried(
            cells(200909, {"A": 2}), agreed(line("marginal", 1, 30)), policy=with_value(POLICY, SHARED_BY, "by_lot")
        )


def test_find_terms_takes_the_days_gone_by_and_what_was_varied() -> None:
    """A block of £365 with £212 more from September: £183 and £30 by the end of September; no percents but 0 and 0."""
    more = variation(1, first=200909, baseline_change_pence=21_200)
    found = find_terms(agreed(line("block", 36_500), contract_variations=[more]), month=SEPTEMBER, policy=POLICY)
    terms = found["ZP1", "ZH1", "NEL"]
    assert (terms.baseline_pence, terms.above_percent, terms.below_percent) == (18_300 + 3_000, 0, 0)


def test_apply_forms_and_share_bill_tell_who_pays_and_why() -> None:
    """One commissioner, one hospital, one kind: the steps in order with their rule, and the shares with who pays."""
    given = agreed(line("marginal", 30_000, 30))
    done = cells(200909, {"A": 10_000, "B": 30_000})
    steps = apply_forms(done, agreed=given, statement_month=Month(2010, 3), policy=BY_VALUE)
    assert steps.select("sequence", "step", "payment_form", "activity_count", "rule").rows() == [
        (3, "marginal_rate", "marginal", None, "above the baseline 30% is paid"), (1, "priced", "marginal", 2, "price of the year"),
    ]  # fmt: skip
    shares = share_bill(steps, activity_cells=done, agreed=given, policy=BY_VALUE)
    assert shares.select("commissioner_code", "practice_code", "amount_pence").rows() == [
        ("ZP1", "A", -1_750), ("ZP1", "B", -5_250),
    ]  # fmt: skip


def test_contract_of_part_of_a_year_counts_over_its_own_months() -> None:
    """A block of £182 from October on: nothing by September, £31 by the end of October, all of it by March."""
    part = [CONTRACT | {"starts_on": date(2009, 10, 1)}]
    given = agreed(line("block", 18_200, plan_pence=18_200), contracts=part)
    sums = {
        month: sum(bill(cells(200909, {}), given, month=month).values())
        for month in (SEPTEMBER, Month(2009, 10), Month(2010, 3))
    }
    assert list(sums.values()) == [0, 3_100, 18_200]
    assert profile_plans(given, year=SEPTEMBER.financial_year).filter(pl.col("month") < 200910)["plan_pence"].sum() == 0


@pytest.mark.parametrize(
    "form, steps",
    [
        pytest.param(line("block", 18_200), {"priced": 15_000, "block": 13_200}, id="block"),
        pytest.param(line("marginal", 2_000, 30), {"priced": 15_000, "marginal_rate": -2_100}, id="marginal"),
        pytest.param(line("local", local_price_pence=700), {"priced": 15_000, "local_price": -4_300}, id="local"),
    ],
)
def test_activity_before_a_contract_begins_is_paid_at_its_price(form: dict[str, Any], steps: dict[str, int]) -> None:
    """£100 in May, £50 in October, a contract from October: its block, baseline and local price speak of October alone."""
    part = [CONTRACT | {"starts_on": date(2009, 10, 1)}]
    may, october = cells(200905, {"A": 10_000}), cells(200910, {"B": 5_000})
    given = agreed(form, contracts=part)
    done = pl.concat([may, october])
    assert bill(done, given) == steps
    assert bill(done, given, month=Month(2009, 9)) == {"priced": 10_000}
    bills = apply_forms(done, agreed=given, statement_month=Month(2010, 3), policy=BY_VALUE)
    assert "£100.00 of it is of months the contract does not hold in" in bills.filter(step="priced")["reason"][0]
    shares = share_bill(bills, activity_cells=done, agreed=given, policy=BY_VALUE)
    assert set(shares["practice_code"]) == {"B"}


def test_growth_is_measured_over_the_months_a_contract_holds_in() -> None:
    """A had more in May, before the contract; B more in October, in it: B's growth alone carries the marginal rate."""
    part = [CONTRACT | {"starts_on": date(2009, 10, 1)}]
    now = pl.concat([cells(200905, {"A": 9_000}), cells(200910, {"A": 1_000, "B": 5_000})])
    then = pl.concat([cells(200805, {"B": 9_000}), cells(200810, {"A": 1_000, "B": 1_000})])
    shares = carried(now, agreed(line("marginal", 2_000, 30), contracts=part), earlier=then)
    assert shares.select("practice_code", "amount_pence").rows() == [("B", -2_800)]
