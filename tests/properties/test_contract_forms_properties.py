"""Whatever the activity and the contract: bills never fall as more is done, steps and shares add up, order is forgotten."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.ledger.made_up_contracts import (
    CONTRACT,
    MARCH,
    POLICY,
    YEAR,
    agreed,
    carried,
    cells,
    line,
    variation,
    with_value,
)

from pbc.methods.ledger import (
    Agreed,
    amend_contract_forms,
    apply_forms,
    compare_with_plan,
    find_terms,
    measure_changes,
    profile_plans,
    require_contracts,
)
from pbc.methods.ledger.changes import CHANGE_SCHEMA
from pbc.periods import Month

costs = st.dictionaries(st.sampled_from(["Z90001", "Z90002", "Z90003", "not-attributed"]), st.integers(0, 10**9))
percents = st.integers(0, 100)
sums = st.integers(0, 3 * 10**9)
months = st.integers(0, 11).map(lambda at: Month(2009, 4).plus(at))


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """One line of any form, with all that its form needs."""
    form = draw(
        st.sampled_from(["activity_price", "marginal", "block", "cost_and_volume", "fixed", "variable", "local"])
    )
    low, middle, high = sorted(draw(st.lists(sums, min_size=3, max_size=3)))
    corridor = {"floor_pence": low, "ceiling_pence": high, "below_percent": draw(percents)}
    price = draw(st.none() | st.integers(0, 10**6))
    more = corridor if form == "cost_and_volume" else {}
    return line(form, middle, draw(percents), local_price_pence=price, **more)


@st.composite
def variations(draw: st.DrawFn) -> list[dict[str, Any]]:
    changes = draw(
        st.lists(
            st.tuples(months, sums, st.integers(0, 10**6), st.dates(date(2009, 4, 1), date(2010, 6, 1))), max_size=5
        )
    )
    return [
        variation(at, first=first.number, agreed_on=day, baseline_change_pence=amount, plan_change_pence=amount // 2,
                  plan_activity_change=count)
        for at, (first, amount, count, day) in enumerate(changes, start=1)
    ]  # fmt: skip


@given(lines(), variations(), months, st.lists(st.integers(0, 5 * 10**9), min_size=2, max_size=2))
def test_bill_never_falls_as_more_is_done(
    one: dict[str, Any], varied: list[dict[str, Any]], month: Month, values: list[int]
) -> None:
    """And it never rises by more than what was done more."""
    terms = next(iter(find_terms(agreed(one, contract_variations=varied), month=month, policy=POLICY).values()))
    less, more = sorted(values)
    assert 0 <= terms.pay(more) - terms.pay(less) <= more - less


@given(lines(), variations(), months, costs, costs)
def test_steps_add_up_to_what_the_form_pays_and_shares_to_the_steps(
    one: dict[str, Any], varied: list[dict[str, Any]], month: Month, now: dict[str, int], before: dict[str, int]
) -> None:
    """To the penny: steps to the bill, and what practices carry to every step but what was priced."""
    held = agreed(one, contract_variations=varied)
    done = cells(month.number, now, count=3)
    bills = apply_forms(done, agreed=held, statement_month=month, policy=POLICY)
    terms = next(iter(find_terms(held, month=month, policy=POLICY).values()))
    price = one["local_price_pence"]
    value = sum(now.values()) if price is None else 3 * len(now) * price
    assert bills["amount_pence"].sum() == terms.pay(value)
    shares = carried(done, held, earlier=cells(month.number - 100, before, count=2), month=month)
    steps = bills.filter(pl.col("step") != "priced")
    assert dict(shares.group_by("kind").agg(pl.col("amount_pence").sum()).iter_rows()) == {
        step: amount for step, amount in steps.select("step", "amount_pence").iter_rows()
    }


@given(now=costs, before=costs, baseline=sums, percent=percents)
def test_marginal_rate_never_adds(now: dict[str, int], before: dict[str, int], baseline: int, percent: int) -> None:
    """The provider is paid the baseline and the percent of what lies above, to the penny; no practice pays more for it."""
    found = carried(cells(200909, now), agreed(line("marginal", baseline, percent)), earlier=cells(200809, before))
    exact = Fraction(max(sum(now.values()) - baseline, 0) * (100 - percent), 100)
    assert abs(-found["amount_pence"].sum() - exact) <= Fraction(1, 2)
    assert (found["amount_pence"] <= 0).all()


@given(lines(), variations(), months, costs, st.randoms(use_true_random=False))
def test_order_of_delivery_is_forgotten(
    one: dict[str, Any], varied: list[dict[str, Any]], month: Month, now: dict[str, int], chance: random.Random
) -> None:
    """Cells and variations in another order give the same bill, shares and plans."""
    shuffled = chance.sample(varied, len(varied))
    planned = one | {"plan_pence": 10**6, "plan_activity_count": 500}
    first, other = (agreed(planned, contract_variations=rows, known_on=month.end) for rows in (varied, shuffled))
    done = cells(month.number, now)
    assert carried(done, first, month=month).equals(carried(done.reverse(), other, month=month))
    assert profile_plans(first, year=YEAR).equals(profile_plans(other, year=YEAR))
    assert amend_contract_forms(first, year=YEAR).equals(amend_contract_forms(other, year=YEAR))


@given(lines(), variations(), st.dates(date(2009, 4, 1), date(2010, 6, 1)))
def test_contract_as_varied_is_the_original_and_what_was_agreed_since(
    one: dict[str, Any], varied: list[dict[str, Any]], known_on: date
) -> None:
    """On any day, and in the year's last month the terms of the year to date are those of the whole year."""
    planned = one | {"plan_pence": 10**6, "plan_activity_count": 500}
    held = agreed(planned, contract_variations=varied, known_on=known_on)
    since = [row for row in varied if row["agreed_on"] <= known_on]
    amended = amend_contract_forms(held, year=YEAR).row(0, named=True)
    assert amended["baseline_pence"] == one["baseline_pence"] + sum(row["baseline_change_pence"] for row in since)
    assert amended["plan_pence"] == 10**6 + sum(row["plan_change_pence"] for row in since)
    plans = profile_plans(held, year=YEAR)
    assert plans["plan_pence"].sum() == amended["plan_pence"]
    assert plans["plan_activity_count"].sum() == amended["plan_activity_count"]
    assert next(iter(find_terms(held, month=MARCH, policy=POLICY).values())).baseline_pence == amended["baseline_pence"]


@given(
    lines(), months, st.integers(0, 10**9), st.integers(-(10**9), 10**9),
    st.sampled_from(["after_notice", "next_contract"]), st.integers(0, 400), st.integers(0, 100),
)  # fmt: skip
def test_steps_of_a_change_add_up_to_what_the_bill_does(
    one: dict[str, Any], month: Month, before: int, moved: int, waits: str, notice: int, follows: int
) -> None:
    """This year they are the bill with the change less the bill without it; next year they lie between that and the price."""
    policy = with_value(with_value(POLICY, "ledger.rebased_from", waits), "ledger.rebased_share", follows / 100)
    held = agreed(one, contracts=[CONTRACT | {"notice_days": notice}])
    key = {"commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL"}
    amounts = {"before_pence": before, "change_pence": moved, "next_before_pence": before, "next_change_pence": moved}
    changes = pl.DataFrame([key | amounts], schema=CHANGE_SCHEMA)
    found = measure_changes(changes, change_code="case-1", agreed=held, statement_month=month, policy=policy)
    by_year = dict(found.group_by("financial_year").agg(pl.col("amount_pence").sum()).iter_rows())
    now, whole = (next(iter(find_terms(held, month=each, policy=policy).values())) for each in (month, MARCH))
    assert by_year["2009-10"] == now.pay(before + moved) - now.pay(before)
    ends = sorted((moved, whole.pay(before + moved) - whole.pay(before)))
    assert ends[0] <= by_year["2010-11"] <= ends[1]


@given(lines(), costs, months)
def test_activity_against_plan_is_the_bill_against_the_bill_of_the_plan(
    one: dict[str, Any], now: dict[str, int], month: Month
) -> None:
    """What the year to date changed is the bill less what the plan to date would have been billed."""
    plan = {"plan_pence": 12 * 10**7, "plan_activity_count": 120}
    held = agreed(one | plan, contracts=[CONTRACT | {"plan_pence": plan["plan_pence"]}])
    assert require_contracts(held, year=YEAR, policy=POLICY) is held
    done = cells(month.number, now)
    found = compare_with_plan(done, agreed=held, statement_month=month, policy=POLICY)
    terms = next(iter(find_terms(held, month=month, policy=POLICY).values()))
    planned = profile_plans(held, year=YEAR).filter(pl.col("month") <= month.number)["plan_pence"].sum()
    bill = apply_forms(done, agreed=held, statement_month=month, policy=POLICY)["amount_pence"].sum()
    this_year = found.filter(pl.col("financial_year") == "2009-10")["amount_pence"].sum()
    assert this_year == bill - terms.pay(planned)


@given(lines())
def test_forms_alone_are_enough(one: dict[str, Any]) -> None:
    """Without a register of contracts the lines as first agreed are billed, and nothing is told against plan."""
    forms = agreed(one).contract_forms
    bare = Agreed(forms)
    done = cells(200909, {"A": 10**6})
    assert apply_forms(done, agreed=bare, statement_month=MARCH, policy=POLICY).equals(
        apply_forms(done, agreed=agreed(one), statement_month=MARCH, policy=POLICY)
    )
    assert compare_with_plan(done, agreed=bare, statement_month=MARCH, policy=POLICY).is_empty()
