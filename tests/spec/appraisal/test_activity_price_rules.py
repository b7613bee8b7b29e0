"""What promised changes of activity come to: price of a unit, months and phase, whose budget."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from tests.spec.appraisal.made_up_case import CHANGE, OPTION, PRICE, RULES, YEARS, done, options, table

from pbc.errors import RefusedInput
from pbc.methods.appraisal import Scenario, add_up_line_changes, price_activity, price_changes, share_budget_effects
from pbc.tables import ALL

LOCAL = {
    "commissioner_code": "ZP1", "provider_code": "ZH1", "financial_year": "2009-10", "point_of_delivery": "OPFA",
    "payment_form": "local", "local_price_pence": 9_000, "source": "made up",
}  # fmt: skip
ITEMS = {"month": 200904, "bnf_chapter": "02", "items": 12, "net_ingredient_cost_pence": 14_400}
DRUGS = CHANGE | {"provider_code": "all", "point_of_delivery": "RX", "treatment_function_code": "all"}


def priced(
    cells: list[dict[str, Any]], *, forms: tuple[dict[str, Any], ...] = (), change: dict[str, Any] = CHANGE
) -> tuple[Any, ...]:
    found = price_activity(
        table("case_activity_changes", change), activity_cells=table("activity_cells", *cells),
        prescribing_cells=table("prescribing_cells", ITEMS | {"practice_code": "Z90001"}), contract_forms=table("contract_forms", *forms),
        least_count=10, window="April 2009", items_window="March 2009",
    )  # fmt: skip
    ALL["appraisal_prices"].require(found, where="test")
    months = "March 2009" if change["point_of_delivery"] == "RX" else "April 2009"
    assert months in found["reason"][0] or found["price_basis"][0] == "local_price"
    return found.select("price_basis", "activity_count", "cost_pence", "plan_price_pence").row(0)


def test_price_is_the_average_of_the_specialty_at_the_hospital() -> None:
    """Given 12 first attendances of cardiology at ZH1 for £1,800 and others elsewhere, then 12 for £1,800 is the price."""
    cells = [
        done("Z90001", 8, 120_000),
        done("Z90002", 4, 60_000),
        done("Z90001", 50, 1, treatment_function_code="100"),
    ]
    assert priced(cells) == ("specialty", 12, 180_000, 180_000)


def test_too_few_are_no_price_so_that_the_average_widens() -> None:
    """Given 9 of the specialty and 40 of the kind at the hospital, then all 49 there; given 9 there, all hospitals; ten are enough."""
    few = done("Z90001", 9, 90_000)
    assert priced([few, done("Z90001", 40, 400_000, treatment_function_code="100")]) == (
        "hospital",
        49,
        490_000,
        490_000,
    )
    assert priced([few, done("Z90001", 1, 20_000, provider_code="ZH2")]) == ("all_hospitals", 10, 110_000, 110_000)


def test_all_specialties_together_are_priced_at_the_hospital() -> None:
    """Given a change of all specialties, then the average is that of the kind at the hospital."""
    cells = [done("Z90001", 8, 80_000), done("Z90001", 8, 40_000, treatment_function_code="100")]
    assert priced(cells, change=CHANGE | {"treatment_function_code": "all"})[:3] == ("hospital", 16, 120_000)


def test_local_price_takes_the_place_of_what_was_paid() -> None:
    """Given £90 a unit agreed locally, then 12 count £1,080, in the budget what they did; given nothing done, £90 in both."""
    assert priced([done("Z90001", 12, 180_000)], forms=(LOCAL,)) == ("local_price", 12, 108_000, 180_000)
    assert priced([], forms=(LOCAL,)) == ("local_price", 1, 9_000, 9_000)


def test_prescribing_is_priced_by_the_item() -> None:
    """Given 12 items of £144 in all, then £12 an item, in bill and budget."""
    assert priced([], change=DRUGS) == ("all_hospitals", 12, 14_400, 14_400)


def test_activity_without_a_price_is_refused_by_row() -> None:
    """Given nothing done and no local price, then the row of the case is named."""
    with pytest.raises(RefusedInput, match="row 1; found fewer than 10 first outpatient attendances in April 2009"):
        priced([])


def moved(change: dict[str, Any], scenario: Scenario | None = None) -> list[tuple[str, float, int, int]]:
    found = price_changes(
        table("case_activity_changes", change), appraisal_prices=table("appraisal_prices", PRICE), rules=RULES,
        scenario=scenario or Scenario(),
    )  # fmt: skip
    ALL["appraisal_changes"].require(found, where="test")
    return found.select("financial_year", "activity_change", "change_pence", "budget_change_pence").rows()


def test_change_grows_as_promised_and_is_priced_at_contract_and_at_budget() -> None:
    """Given 120 fewer a year at £150 (in the budget £145), half of it in the first year: £9,000, then £18,000 a year."""
    assert moved(CHANGE) == [
        ("2009-10", -60.0, -900_000, -870_000),
        *((year, -120.0, -1_800_000, -1_740_000) for year in YEARS[1:]),
    ]


PHASES: list[tuple[int, int, list[float]]] = [
    (200904, 0, [-120 * 0.5, -96, -120, -120, -120]), (200910, 0, [-30, -96, -120, -120, -120]),
    (200904, 6, [-30, -96, -120, -120, -120]), (200910, 6, [0, -60, -96, -120, -120]), (201304, 12, []),
]  # fmt: skip


@pytest.mark.parametrize("first, delay, reached", PHASES)
def test_years_count_from_the_one_it_begins_in_and_only_its_months(
    first: int, delay: int, reached: list[float]
) -> None:
    """Given 50%, 80% and then 100% of 120 a year, from a month and some months later."""
    change = CHANGE | {"from_month": first, "second_year_percent": 80}
    found = {year: units for year, units, *_ in moved(change, Scenario(delay_months=delay))}
    assert [found.get(year, 0.0) for year in YEARS[: len(reached)]] == reached


ESTIMATES: list[tuple[int | None, int | None, str, float]] = [
    (None, None, "least", -96.0), (None, None, "most", -144.0), (-90, -150, "least", -90.0), (-90, -150, "most", -150.0),
]  # fmt: skip


@pytest.mark.parametrize("least, most, estimate, yearly", ESTIMATES)
def test_least_and_most_are_the_cases_own_or_a_fifth_either_way(
    least: int | None, most: int | None, estimate: str, yearly: float
) -> None:
    """Given 120 fewer a year, with the least and most named or not."""
    change = CHANGE | {"least_activity_change": least, "most_activity_change": most}
    assert moved(change, Scenario(estimate=estimate))[-1][1] == yearly


def test_half_of_the_promise_is_worth_half() -> None:
    """Given that half of the change comes, then £9,000 in a full year."""
    assert moved(CHANGE, Scenario(activity_share=Fraction(1, 2)))[-1][2] == -900_000


def test_changes_of_one_line_are_added_and_its_hospital_is_told_on_the_first_day() -> None:
    """Given rows on one line from August, July and October, then they are one, told on 1 July; or on the option's own day."""
    begins = enumerate((200908, 200907, 200910), start=1)
    rows = table(
        "case_activity_changes", *(CHANGE | {"change_number": at, "from_month": first} for at, first in begins)
    )
    before = pl.DataFrame(
        {"commissioner_code": ["ZP1"], "provider_code": ["ZH1"], "point_of_delivery": ["OPFA"], "before_pence": [77]}
    )
    changes = price_changes(rows, appraisal_prices=table("appraisal_prices", PRICE), rules=RULES)
    for own in (None, date(2009, 5, 5)):
        found = add_up_line_changes(
            changes, case_options=options(OPTION | {"noticed_on": own}), case_activity_changes=rows, values_before=before,
            commissioner_code="ZP1",
        )  # fmt: skip
        assert found["change_pence"].to_list() == [-600_000 - 675_000 - 450_000, *[-5_400_000] * 4]
        assert set(found["before_pence"]) == {77}
        assert {f"{day}" for day in found["noticed_on"]} == {"2009-05-05" if own else "2009-07-01"}


def charged(
    change: dict[str, Any], cells: list[dict[str, Any]], *, nothing: bool = False, least_count: int = 1
) -> dict[str, int]:
    """Practice to what its line is charged in 2010/11."""
    rows = [
        change,
        *([change | {"option_code": "N", "yearly_activity_change": -20, "change_number": 2}] if nothing else []),
    ]
    prices = [PRICE, PRICE | {"provider_code": "all", "point_of_delivery": "RX", "treatment_function_code": "all"}]
    changes = price_changes(
        table("case_activity_changes", *rows), appraisal_prices=table("appraisal_prices", *prices), rules=RULES
    )
    drugs = [
        ITEMS | {"practice_code": code, "net_ingredient_cost_pence": pence}
        for code, pence in (("Z90001", 300), ("Z90002", 100))
    ]
    line = {"financial_year": "2009-10", "practice_code": "Z90001", "service": "outpatients", "sequence": 1, "step": "historic",
            "amount_pence": 5_000, "payment_form": "activity_price", "rule": "R2.4", "reason": "made up"}  # fmt: skip
    found = share_budget_effects(
        changes, case_options=options(), activity_cells=table("activity_cells", *cells),
        prescribing_cells=table("prescribing_cells", *drugs), budget_lines=table("budget_lines", line), least_count=least_count,
    )  # fmt: skip
    ALL["appraisal_budgets"].require(found, where="test")
    year = found.filter(pl.col("financial_year") == "2010-11")
    assert set(year.filter(pl.col("practice_code") == "Z90001")["budget_pence"]) <= {5_000, None}
    return dict(year.select("practice_code", "change_pence").iter_rows())


def test_a_practices_own_change_is_charged_to_its_own_line() -> None:
    """Given 120 fewer of Z90001 at £145, then its outpatients are charged £17,400 less."""
    assert charged(CHANGE | {"practice_code": "Z90001"}, []) == {"Z90001": -1_740_000}


SHARED: list[tuple[str, list[dict[str, Any]], dict[str, int]]] = [
    ("of the specialty there", [done("Z90001", 2, 1), done("Z90002", 1, 1), done("not-attributed", 9, 1)],
     {"Z90001": -1_160_000, "Z90002": -580_000}),
    ("of the kind there", [done("Z90001", 1, 1, treatment_function_code="100")], {"Z90001": -1_740_000}),
    ("of the kind anywhere", [done("Z90003", 1, 1, provider_code="ZH2")], {"Z90003": -1_740_000}),
    ("of nobody", [], {"not-attributed": -1_740_000}),
]  # fmt: skip


@pytest.mark.parametrize("by, cells, parts", SHARED, ids=[by for by, *_ in SHARED])
def test_a_change_of_all_practices_is_shared_by_what_each_did(
    by: str, cells: list[dict[str, Any]], parts: dict[str, int]
) -> None:
    """Given £17,400 less for all practices, then by the narrowest of what was done that anybody's patients did."""
    assert charged(CHANGE, cells) == parts


FEW: list[tuple[str, list[int], dict[str, int]]] = [
    ("two of few, who did enough", [4, 6, 20], {"Z90001": -290_000, "Z90002": -290_000, "Z90003": -1_160_000}),
    ("one of few, with the next", [2, 12, 16], {"Z90001": -406_000, "Z90002": -406_000, "Z90003": -928_000}),
    ("two of few, with the next", [1, 2, 27], {"Z90001": -580_000, "Z90002": -580_000, "Z90003": -580_000}),
    ("none of few", [10, 20, 30], {"Z90001": -290_000, "Z90002": -580_000, "Z90003": -870_000}),
    ("all of few", [1, 2, 3], {"not-attributed": -1_740_000}),
    ("one alone of few", [9], {"not-attributed": -1_740_000}),
]  # fmt: skip


@pytest.mark.parametrize("held, counts, parts", FEW, ids=[held for held, *_ in FEW])
def test_practices_that_did_few_bear_alike(held: str, counts: list[int], parts: dict[str, int]) -> None:
    """Given fewer than 10 of a practice, then its part is that of others too: nobody reads from it how many it sent."""
    cells = [done(f"Z9000{at}", count, 1) for at, count in enumerate(counts, start=1)]
    assert charged(CHANGE, cells, least_count=10) == parts


def test_prescribing_is_shared_by_its_cost() -> None:
    """Given three quarters of prescribing with Z90001, then three quarters of the change."""
    assert charged(DRUGS, []) == {"Z90001": -1_305_000, "Z90002": -435_000}


def test_what_doing_nothing_changes_is_taken_off() -> None:
    """Given that doing nothing loses 20 a year of the same practice, then only 100 of the 120 are the option's."""
    assert charged(CHANGE | {"practice_code": "Z90001"}, [], nothing=True) == {"Z90001": -1_450_000}
