"""Gain shares add up whatever the terms: partners to the unit, steps to what is paid, and nobody is paid past a cap."""

from datetime import date
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.savings import (
    GainAgreement,
    GainFacts,
    GainTerms,
    apply_gain,
    count_people_of_units,
    find_deficit_first,
    find_gain_agreement,
    share_gain,
)
from pbc.policy.policy import load_policy
from pbc.tables import BUDGET_POSITIONS, FREED_UP_RESOURCES

TODAY = load_policy("england-2025")
part = st.integers(0, 1_000).map(lambda each: Fraction(each, 1_000))


@st.composite
def terms(draw: st.DrawFn) -> GainTerms:
    least, most = sorted((draw(part), draw(part)))
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    return GainTerms(
        share=draw(part), gate=draw(st.sampled_from(["no_gate", "minimum_savings_rate", "outside_chance"])),
        rates={5_000: Fraction(39, 1000), 60_000: Fraction(2, 100)}, quality_floor=draw(part),
        quality_scales=draw(st.booleans()), cap_share=draw(part), shares_losses=draw(st.booleans()),
        loss_least_share=least, loss_most_share=most, loss_cap_share=draw(part), loss_revenue_share=draw(part),
        partners={f"Z{at}": Fraction(weight, sum(weights)) for at, weight in enumerate(weights)},
    )  # fmt: skip


@given(
    agreed=terms(), budget=st.integers(0, 10**12), actual=st.integers(0, 10**12), people=st.integers(0, 100_000),
    quality=part, label=st.sampled_from(["inside_chance", "outside_outer"]),
)  # fmt: skip
def test_partners_and_steps_add_up_and_limits_hold(
    agreed: GainTerms, budget: int, actual: int, people: int, quality: Fraction, label: str
) -> None:
    saved = budget - actual
    row = dict(
        financial_year="2025-26", unit_kind="cluster", unit_code="ZC1", basis="bill", budget_pence=budget,
        actual_pence=actual, gross_underspend_pence=0, freed_up_pence=max(0, saved), retained_pence=0,
        commissioner_pence=max(0, saved), retained_share=0.0, is_shared=True, label=label, rule="none", parameter="none",
    )  # fmt: skip
    freed = FREED_UP_RESOURCES.from_rows([row])
    counted = pl.DataFrame({"unit_kind": ["cluster"], "unit_code": ["ZC1"], "people_count": [people]})
    agreement = GainAgreement(agreed, (), "Compact", "Two chairs", date(2025, 3, 14))
    found = share_gain(freed, people=counted, agreement=agreement, facts={"ZC1": GainFacts(quality, 10**9)})
    by_step = found.group_by("step", "step_number").agg(pl.col("amount_pence", "left_pence").sum()).sort("step_number")
    assert by_step["amount_pence"].cum_sum().to_list() == by_step["left_pence"].to_list()
    assert by_step["left_pence"][:2].to_list() == [budget, saved]
    for _, mine in found.sort("step_number").group_by("partner_code"):
        assert mine["amount_pence"].cum_sum().to_list() == mine["left_pence"].to_list()
    paid = by_step["left_pence"][-1]
    assert -agreed.loss_cap_share * budget - Fraction(1, 2) <= paid <= agreed.cap_share * budget + Fraction(1, 2)
    assert min(saved, 0) <= paid <= max(saved, 0)
    after = apply_gain(freed, gain_shares=found, agreement=agreement)
    assert (after["retained_pence"] + after["commissioner_pence"] == after["freed_up_pence"]).all()
    assert after["commissioner_pence"][0] >= 0


@given(sizes=st.lists(st.integers(0, 50_000), min_size=1, max_size=8), clusters=st.integers(1, 3))
def test_people_counted_by_holder_are_everybody(sizes: list[int], clusters: int) -> None:
    rows = [
        dict(financial_year="2025-26", statement_month=202603, practice_code=f"P{at}", cluster_code=f"C{at % clusters}",
             commissioner_code="ZI", list_size=size, months_count=12, activity_budget_pence=0, activity_actual_pence=0)
        for at, size in enumerate(sizes)
    ]  # fmt: skip
    for held_at in ("practice", "cluster"):
        counted = count_people_of_units(BUDGET_POSITIONS.from_rows(rows), held_at=held_at)
        assert counted["people_count"].sum() == sum(sizes)


@given(day=st.dates(date(2022, 4, 1), date(2040, 3, 31)))
def test_no_day_of_today_pays_without_an_agreement(day: date) -> None:
    today = TODAY
    found = find_gain_agreement(today, on=day, year_ends_on=date(2041, 3, 31))
    assert (found.is_payable, found.terms, find_deficit_first(today, on=day)) == (False, None, False)
