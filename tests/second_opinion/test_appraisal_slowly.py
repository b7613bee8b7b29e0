"""A case worked out row by row in fractions, as with pencil and paper, against what the methods make of it."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl
import pytest
from tests.spec.appraisal.made_up_case import (
    CHANGE,
    OPTION,
    POLICY,
    PRICE,
    RULES,
    YEAR,
    YEARS,
    costs,
    done,
    options,
    table,
)
from tests.spec.ledger.made_up_contracts import cells

from pbc.methods.appraisal import (
    Scenario,
    add_up_line_changes,
    add_up_years,
    compare_money,
    find_appraisal_rules,
    find_break_even_share,
    measure_results,
    measure_sensitivities,
    price_activity,
    price_changes,
    require_case,
    share_budget_effects,
    stack_appraisal,
)
from pbc.methods.ledger import Agreed, forecast_lines, measure_years
from pbc.periods import Month
from pbc.tables import CONTRACT_FORMS

RATE = Fraction(35, 1000)
NOBODY = Agreed(CONTRACT_FORMS.empty())
Rows = list[dict[str, Any]]


def made_up(seed: int) -> tuple[Rows, Rows]:
    """Costs and changes of two options beside doing nothing, by a seeded generator."""
    luck = random.Random(seed)
    paid = ("freed_up_resources", "commissioner_investment", "contract_change", "partner")
    spent = [
        {"option_code": luck.choice("BCN"), "financial_year": luck.choice(YEARS), "kind": luck.choice(["set_up", "workforce", "premises"]),
         "paid_from": luck.choice(paid), "is_recurrent": luck.random() < 0.5, "cost_pence": luck.randint(-10**6, 10**7)}
        for _ in range(8)
    ]  # fmt: skip
    moved = [
        CHANGE | {"option_code": luck.choice("BCN"), "change_number": at, "yearly_activity_change": luck.randint(-900, 300),
                  "from_month": Month(2009, 4).plus(luck.randint(0, 40)).number, "first_year_percent": luck.randint(0, 100),
                  "second_year_percent": luck.randint(0, 100), "later_years_percent": luck.randint(0, 100)}
        for at in range(1, 6)
    ]  # fmt: skip
    return spent, moved


def half_up(amount: Fraction) -> int:
    whole = amount.numerator // amount.denominator
    return whole + 1 if amount - whole >= Fraction(1, 2) else whole


def left_slowly(spent: Rows, moved: Rows, option: str) -> list[Fraction]:
    """What each year leaves the commissioner with, money by money."""
    left = []
    for at, year in enumerate(YEARS):
        total = Fraction(0)
        for cost in spent:
            is_paid = cost["financial_year"] == year or (cost["is_recurrent"] and cost["financial_year"] < year)
            if cost["option_code"] == option and is_paid and cost["paid_from"] != "partner":
                total -= cost["cost_pence"]
        for change in moved:
            first, month = divmod(change["from_month"], 100)
            begins_in = first if month >= 4 else first - 1
            ahead = 2009 + at - begins_in
            if change["option_code"] != option or ahead < 0:
                continue
            months = (12 - (month - 4) % 12) if ahead == 0 else 12
            percent = change[("first_year_percent", "second_year_percent", "later_years_percent")[min(ahead, 2)]]
            units = Fraction(change["yearly_activity_change"] * months * percent, 1200)
            total -= half_up(units * PRICE["cost_pence"] / PRICE["activity_count"])
        left.append(total)
    return left


@pytest.mark.parametrize("seed", range(12))
def test_every_option_is_worth_what_pencil_and_paper_make_of_it(seed: int) -> None:
    spent, moved = made_up(seed)
    held = options(OPTION, OPTION | {"option_code": "C"})
    case_costs, promised = costs(*spent), table("case_activity_changes", *moved)
    changes = price_changes(promised, appraisal_prices=table("appraisal_prices", PRICE), rules=RULES)
    nowhere = pl.DataFrame(
        schema={
            "commissioner_code": pl.String,
            "provider_code": pl.String,
            "point_of_delivery": pl.String,
            "before_pence": pl.Int64,
        }
    )
    by_line = add_up_line_changes(
        changes, case_options=held, case_activity_changes=promised, values_before=nowhere, commissioner_code="ZP1"
    )
    bills = [
        measure_years(rows.drop("option_code"), change_code=option, agreed=NOBODY, year=YEAR, policy=POLICY)
        for (option,), rows in by_line.partition_by("option_code", as_dict=True).items()
    ]
    lines = stack_appraisal(held, case_costs=case_costs, bill_changes=pl.concat(bills), rules=RULES)
    years = add_up_years(lines, case_options=held, rules=RULES)
    payers = compare_money(held, case_costs=case_costs, case_money=table("case_money"), rules=RULES)
    results = measure_results(
        years,
        case_options=held,
        case_costs=case_costs,
        appraisal_payers=payers,
        shares={},
        rules=find_appraisal_rules(POLICY, year=YEAR),
    )
    nothing = left_slowly(spent, moved, "N")
    for option in "BC":
        own = left_slowly(spent, moved, option)
        worth = sum(
            half_up(a / (1 + RATE) ** at) - half_up(b / (1 + RATE) ** at)
            for at, (a, b) in enumerate(zip(own, nothing, strict=True))
        )
        found = results.filter(pl.col("option_code") == option).to_dicts()[0]
        assert found["net_present_value_pence"] == worth
        assert found["net_pence"] == sum(own) - sum(nothing)
        exact = sum((a - b) / (1 + RATE) ** at for at, (a, b) in enumerate(zip(own, nothing, strict=True)))
        assert abs(worth - exact) <= len(YEARS)
        needed = payers.filter(pl.col("option_code") == option)["needed_pence"].sum()
        assert needed == sum(
            cost["cost_pence"] * (len(YEARS) - YEARS.index(cost["financial_year"]) if cost["is_recurrent"] else 1)
            for cost in spent if cost["option_code"] == option
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_shares_of_budgets_are_those_of_a_calculator_to_a_penny(seed: int) -> None:
    luck = random.Random(seed)
    held = {code: luck.randint(1, 50) for code in ("Z90001", "Z90002", "Z90003")}
    rows = table("case_activity_changes", CHANGE | {"yearly_activity_change": luck.randint(-999, 999)})
    changes = price_changes(rows, appraisal_prices=table("appraisal_prices", PRICE), rules=RULES)
    found = share_budget_effects(
        changes, case_options=options(), activity_cells=table("activity_cells", *(done(code, count, 1) for code, count in held.items())),
        prescribing_cells=table("prescribing_cells"), budget_lines=table("budget_lines"), least_count=1,
    )  # fmt: skip
    for year, whole in changes.select("financial_year", "budget_change_pence").iter_rows():
        parts = dict(found.filter(pl.col("financial_year") == year).select("practice_code", "change_pence").iter_rows())
        assert sum(parts.values()) == whole
        assert all(abs(parts[code] - whole * count / sum(held.values())) < 1 for code, count in held.items())


def worth(cost: int, part: Fraction) -> int:
    return half_up(1_000 * part) - cost


def test_break_even_is_where_a_straight_line_crosses_nought() -> None:
    for cost in range(50, 3_000, 133):
        share = find_break_even_share(partial(worth, cost), reach=3)
        assert share is not None
        assert abs(share - Fraction(cost, 1_000)) <= Fraction(1, 1_000)


def test_sensitivities_are_values_of_their_scenarios() -> None:
    asked: list[Scenario] = []

    def value_of(option: str, scenario: Scenario) -> int:
        asked.append(scenario)
        return len(asked)

    found = measure_sensitivities(options(), value_of=value_of, rules=RULES)
    assert len(asked) == 2 * 4 + 2
    assert found.filter(pl.col("driver") != "all_against")["swing_pence"].to_list() == [1, 1, 1, 1]
    assert Scenario(estimate="least", cost_share=Fraction(-1, 10), delay_months=0, is_rebased=False) == asked[8]


def test_price_and_forecast_are_sums_over_counts() -> None:
    """What is priced is all that was done there; a line is what was done in so many days, times the days of a year."""
    luck = random.Random(5)
    rows = [done(f"Z9000{at}", luck.randint(5, 20), luck.randint(1, 10**6)) for at in range(1, 5)]
    promised = table("case_activity_changes", CHANGE)
    found = price_activity(
        promised, activity_cells=table("activity_cells", *rows), prescribing_cells=table("prescribing_cells"),
        contract_forms=CONTRACT_FORMS.empty(), least_count=1, window="April", items_window="March",
    )  # fmt: skip
    assert found["cost_pence"][0] == sum(row["cost_pence"] for row in rows)
    assert found["activity_count"][0] == sum(row["activity_count"] for row in rows)
    form = {"commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": "2009-10", "point_of_delivery": "NEL",
            "payment_form": "block", "baseline_pence": 1, "source": "made up"}  # fmt: skip
    line = forecast_lines(
        cells(200904, {"A": 12_345}, count=99), agreed=Agreed(table("contract_forms", form)), year=YEAR, months=[Month(2009, 4)],
        policy=POLICY, least_count=1,
    )  # fmt: skip
    assert line["before_pence"].to_list() == [half_up(Fraction(12_345 * 365, 30))]
    assert require_case(
        options(), case_costs=costs(), case_activity_changes=promised, case_money=table("case_money"), rules=RULES,
        providers={"ZH1"}, practices=set(),
    ) == "HC"  # fmt: skip
