"""Standardising and comparing: all together are as expected, order never matters, and sizes scale."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.variation.made_up_benefits import CASE, NEAR, after, baseline

from pbc.methods.variation import (
    band_ratios,
    build_case,
    carry_baseline,
    compare_with_comparators,
    count_person_months,
    find_comparators,
    find_nearness,
    measure_rates,
    place_ages,
    price_benefit,
    standardise,
)
from pbc.methods.variation.cases import EXAMPLE
from pbc.periods import Month
from pbc.policy import load_policy
from pbc.tables import REGISTERED_LISTS

APRIL = Month(2009, 4)
CODES, BANDS = ("A", "B", "C", "D"), ("00-14", "15-64", "65+")
KINDS = {"practice_code": pl.String, "month": pl.Int32, "sex": pl.String, "age_years": pl.Int32, "activity_count": pl.Int64,
         "cost_pence": pl.Int64, "unpriced_count": pl.Int64}  # fmt: skip
people_counts = st.lists(st.integers(1, 500), min_size=12, max_size=12)
contacts = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(["1", "9"]), st.none() | st.integers(0, 99), st.integers(1, 50)), min_size=1,
    max_size=25,
)  # fmt: skip
ratios = st.lists(st.floats(0.5, 2.0), min_size=6, max_size=9)


def standardised(
    people: list[int], held: list[tuple[str, str, int | None, int]], counted_in: str = "contacts"
) -> pl.DataFrame:
    cells = [(code, band) for code in CODES for band in BANDS]
    lists = REGISTERED_LISTS.from_rows([
        {"practice_code": code, "as_at_on": APRIL.start, "sex": "1", "age_band": band, "patients_count": count}
        for (code, band), count in zip(cells, people, strict=True)
    ])  # fmt: skip
    frame = pl.DataFrame([(c, 200904, s, a, n, 150 * n, 0) for c, s, a, n in held], schema=KINDS, orient="row")
    months = count_person_months(lists, months=[APRIL])
    placed = place_ages(frame, person_months=months)
    rates = measure_rates(placed, person_months=months)
    return standardise(placed, person_months=months, rates=rates, counted_in=counted_in, months_count=1)


@settings(max_examples=30, deadline=None)
@given(people_counts, contacts, st.randoms())
def test_everybody_together_is_as_expected_in_any_order(people, held, luck) -> None:  # type: ignore[no-untyped-def]
    found = standardised(people, held)
    assert found["expected_number"].sum() == pytest.approx(found["observed_count"].sum())
    mixed = list(held)
    luck.shuffle(mixed)
    assert standardised(people, mixed).equals(found)
    pence = standardised(people, held, "cost")
    assert pence["expected_number"].to_list() == pytest.approx([150 * each for each in found["expected_number"]])


@settings(max_examples=30, deadline=None)
@given(people_counts, contacts)
def test_twice_the_people_and_contacts_have_the_same_ratio_and_a_narrower_interval(people, held) -> None:  # type: ignore[no-untyped-def]
    once = band_ratios(standardised(people, held), counted_in="contacts", cheque=1.7)
    twice = standardised([2 * each for each in people], [(c, s, a, 2 * n) for c, s, a, n in held])
    twice = band_ratios(twice, counted_in="contacts", cheque=1.7)
    for one, two in zip(once.to_dicts(), twice.to_dicts(), strict=True):
        if one["standardised_ratio"]:
            assert two["standardised_ratio"] == pytest.approx(one["standardised_ratio"])
            assert two["high_ratio"] - two["low_ratio"] < one["high_ratio"] - one["low_ratio"]
            assert one["low_ratio"] < one["standardised_ratio"] < one["high_ratio"]


@settings(max_examples=40, deadline=None)
@given(ratios, st.integers(1, 3), st.randoms())
def test_comparators_are_never_the_cases_own_and_never_depend_on_order(found_ratios, own_count, luck) -> None:  # type: ignore[no-untyped-def]
    rows = [
        {
            "practice_code": f"Z{at}",
            "mean_population": 5000.0 + 300 * at,
            "standardised_ratio": ratio,
            "need_index": 1.0,
        }
        for at, ratio in enumerate(found_ratios)
    ]
    own = [row["practice_code"] for row in rows[:own_count]]
    chosen = find_comparators(pl.DataFrame(rows), case_practices=own, nearness=NEAR)
    luck.shuffle(rows)
    again = find_comparators(pl.DataFrame(rows), case_practices=own[::-1], nearness=NEAR)
    assert again.practices.equals(chosen.practices)
    comparators = chosen.practices.filter(role="comparator")
    assert not set(comparators["practice_code"]) & set(own)
    assert comparators.height <= NEAR.most
    assert (comparators["distance_ratio"] <= 1).all()
    assert not chosen.is_fair or comparators.height >= NEAR.fewest


counts = st.lists(st.integers(60, 400), min_size=5, max_size=5)


@settings(max_examples=40, deadline=None)
@given(counts, st.floats(1.0, 3.0), st.floats(0.0, 300.0))
def test_words_follow_from_the_band_and_units_do_not_matter(held, times, due) -> None:  # type: ignore[no-untyped-def]
    """Money a hundredfold gives a hundredfold; found lies in its band; the words are those of where promise and nought lie."""
    seen = dict(zip("ABCDE", held, strict=True))
    rows = baseline(A=1.2, B=1.2, C=1.1, D=1.3, E=1.2)
    known = CASE | {"cheque_size": times}
    lines = carry_baseline(after(**seen), baseline=rows, case=known, months_count=12)
    found = compare_with_comparators(lines, case=known, due=due, months_count=12, default_drift=0.05)
    assert found.low is not None
    assert found.high is not None
    assert found.found is not None
    assert found.low <= due <= found.high or found.verdict in ("better_than_promised", "less_than_promised")
    assert (found.verdict == "cannot_tell") == (found.low <= due <= found.high and found.low <= 0)
    money = known | {"counted_in": "cost", "cheque_size": 100 * times, "event_cheque_size": 100.0}
    dear = rows.with_columns(pl.col("expected_number") * 100)
    lines = carry_baseline(after(20_000.0, **seen), baseline=dear, case=money, months_count=12)
    same = compare_with_comparators(lines, case=money, due=100 * due, months_count=12, default_drift=0.05)
    assert same.found == pytest.approx(100 * found.found, rel=1e-9, abs=1e-6)
    assert (same.low, same.high) == pytest.approx((100 * found.low, 100 * found.high), rel=1e-9, abs=1e-6)


@given(st.floats(-1e4, 1e4), st.integers(1, 1000), st.integers(1, 10**7))
def test_benefit_in_money_goes_with_that_in_contacts(amount: float, count: int, pence: int) -> None:
    case = {"counted_in": "contacts", "case_observed_count": count, "case_observed_pence": pence}
    _, money = price_benefit(amount, case=case)
    assert money is not None
    back, _ = price_benefit(float(money), case=case | {"counted_in": "cost"})
    assert back == pytest.approx(amount, abs=0.5 * count / pence + 1e-9)


@pytest.mark.parametrize("regime", ["england-2005", "england-2025"])
def test_wider_reach_never_loses_a_comparator(regime: str) -> None:
    near = find_nearness(load_policy(regime), on=APRIL.start.replace(year=2024))
    luck = np.random.default_rng(3)
    rows = pl.DataFrame({
        "practice_code": [f"Z{at:02d}" for at in range(30)], "mean_population": luck.uniform(4000, 8000, 30),
        "standardised_ratio": luck.gamma(25, 1 / 25, 30), "need_index": 1.0,
    })  # fmt: skip
    wide = type(near)(near.ratio * 2, near.size * 2, near.need * 2, near.fewest, 30)
    few, many = (find_comparators(rows, case_practices=["Z00"], nearness=each).practices for each in (near, wide))
    chosen = [set(each.filter(role="comparator")["practice_code"]) for each in (few, many)]
    assert chosen[0] <= chosen[1]


@given(st.integers(0, 60), st.integers(0, 24))
def test_promise_due_never_falls_nor_passes_the_whole(months: int, phase_in: int) -> None:
    case = build_case({**EXAMPLE, "promise": {**EXAMPLE["promise"], "phase_in_months": phase_in}}, where="test")
    due = case.due_share(case.starts.plus(months))
    assert 0 < due <= case.due_share(case.starts.plus(months + 1)) <= 1
