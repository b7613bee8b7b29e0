"""Whatever a case promises: steps add up, doing nothing is nought, order is forgotten, twice the case is worth twice."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.appraisal.made_up_case import OPTION, RULES, YEARS, costs, options, rules_with, table, years_of
from tests.spec.ledger.made_up_contracts import CONTRACT, MARCH, POLICY, YEAR, agreed, line

from pbc.methods.appraisal import find_break_even_share, measure_results, stack_appraisal
from pbc.methods.ledger import measure_changes, measure_years
from pbc.methods.ledger.changes import CHANGE_SCHEMA, YEARLY_SCHEMA

THOUSANDTH = Fraction(1, 1_000)
AT_ONCE = rules_with(discount_rate=0.0)
money = st.integers(-(10**9), 10**9)
KINDS = ("set_up", "running", "double_running", "stranded_cost", "premises", "workforce")
paid = st.fixed_dictionaries(
    {
        "option_code": st.sampled_from("BN"), "financial_year": st.sampled_from(YEARS), "kind": st.sampled_from(KINDS),
        "paid_from": st.sampled_from(["commissioner_investment", "partner"]), "is_recurrent": st.booleans(), "cost_pence": money,
    }
)  # fmt: skip
changed = st.fixed_dictionaries(
    {
        "change_code": st.sampled_from("BN"), "financial_year": st.sampled_from(YEARS),
        "step": st.sampled_from(["priced", "not_paid", "rebased", "stranded"]), "amount_pence": money,
    }
)  # fmt: skip
spent, moved = st.lists(paid, max_size=6), st.lists(changed, max_size=6)
REST = {"statement_month": 201003, "commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL", "sequence": 1,
        "payment_form": "none", "rule": "made up", "reason": "made up"}  # fmt: skip


def bills(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return table("bill_changes", *(REST | row for row in rows))


def twice(rows: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    return [row | {column: 2 * row[column]} for row in rows]


@settings(max_examples=40)
@given(spent, moved)
def test_steps_of_every_year_add_up_to_its_net_and_its_present_value(
    cost_rows: list[Any], bill_rows: list[Any]
) -> None:
    lines = stack_appraisal(options(), case_costs=costs(*cost_rows), bill_changes=bills(bill_rows), rules=RULES)
    years = years_of(costs(*cost_rows), bills(bill_rows))
    for row in years.to_dicts():
        own = lines.filter(
            (pl.col("option_code") == row["option_code"]) & (pl.col("financial_year") == row["financial_year"])
        )
        assert own.filter(pl.col("step") != "discount")["amount_pence"].sum() == row["net_pence"]
        assert own["amount_pence"].sum() == row["present_value_pence"]
        assert row["cost_pence"] + row["bill_pence"] == row["net_pence"]
        assert 2 * abs(row["present_value_pence"] - row["net_pence"] * row["discount_ratio"]) <= 1.01
    nothing = years.filter(pl.col("option_code") == "N")
    assert not nothing.select("against_pence", "running_pence", "against_present_value_pence").to_numpy().any()


@settings(max_examples=40)
@given(spent, moved, st.randoms(use_true_random=False))
def test_order_is_forgotten_and_twice_the_case_is_worth_twice(
    cost_rows: list[Any], bill_rows: list[Any], luck: random.Random
) -> None:
    years = years_of(costs(*cost_rows), bills(bill_rows), rules=AT_ONCE)
    assert years["present_value_pence"].to_list() == years["net_pence"].to_list()
    shuffled = luck.sample(cost_rows, len(cost_rows)), luck.sample(bill_rows, len(bill_rows))
    assert years_of(costs(*shuffled[0]), bills(shuffled[1]), rules=AT_ONCE).equals(years)
    double = years_of(costs(*twice(cost_rows, "cost_pence")), bills(twice(bill_rows, "amount_pence")), rules=AT_ONCE)
    assert (double["against_pence"] == 2 * years["against_pence"]).all()
    again = measure_results(
        years,
        case_options=options(OPTION),
        case_costs=costs(*cost_rows),
        appraisal_payers=table("appraisal_payers"),
        shares={},
        rules=AT_ONCE,
    )
    assert again["net_present_value_pence"].to_list() == again["net_pence"].to_list()


@settings(max_examples=40)
@given(st.integers(-5_000, 5_000), st.integers(-5_000, 5_000))
def test_value_turns_at_the_share_that_is_found(without: int, with_all: int) -> None:
    def value_at(part: Any) -> int:
        return int((without * 1_000 + with_all * part * 1_000) // 1_000)

    share = find_break_even_share(value_at, reach=3)
    if share is None:
        assert len({value_at(at) < 0 for at in (0, 1, 3)}) == 1
        return
    assert value_at(share) >= 0
    assert {value_at(share + step) < 0 for step in (-THOUSANDTH, THOUSANDTH)} >= {True}


FORMS = [line("block", 40_000), line("marginal", 90_000, 30), line("activity_price")]


@settings(max_examples=30)
@given(st.sampled_from(FORMS), st.integers(0, 200_000), st.integers(-90_000, 90_000), st.dates(YEAR.start, YEAR.end))
def test_years_begin_as_this_year_and_the_next_do(form: dict[str, Any], before: int, change: int, told_on: Any) -> None:
    """The first two years are what `measure_changes` makes of the whole year and the next."""
    key = {"commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL"}
    given_terms = agreed(form, contracts=[CONTRACT])
    amounts = {"before_pence": before, "change_pence": change, "next_before_pence": before, "next_change_pence": change}
    two = measure_changes(
        pl.DataFrame([key | amounts], schema=CHANGE_SCHEMA), change_code="B", agreed=given_terms, statement_month=MARCH, policy=POLICY,
        noticed_on=told_on,
    )  # fmt: skip
    rows = [
        key
        | {
            "financial_year": YEAR.plus(ahead).slug,
            "before_pence": before,
            "change_pence": change,
            "noticed_on": told_on,
        }
        for ahead in (0, 1)
    ]
    found = measure_years(
        pl.DataFrame(rows, schema=YEARLY_SCHEMA), change_code="B", agreed=given_terms, year=YEAR, policy=POLICY
    )  # fmt: skip
    assert found.equals(two)
