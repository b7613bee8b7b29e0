"""Standardised ratios and what is carried forward, found again one by one in plain Python."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.variation.made_up_benefits import CASE, after, baseline

from pbc.engines import Engine, open_engine
from pbc.methods.variation import (
    Measure,
    build_case,
    carry_baseline,
    compare_with_comparators,
    count_measure,
    count_person_months,
    find_comparators,
    measure_lumps,
    measure_rates,
    measure_spread_of_ratios,
    place_ages,
    standardise,
)
from pbc.methods.variation.cases import EXAMPLE
from pbc.methods.variation.comparators import Nearness
from pbc.periods import Month
from pbc.stats.bands import own_position
from pbc.stats.benefits import carry_ratios
from pbc.tables import ACTIVITY_FACTS, COSTED_ACTIVITY, REGISTERED_LISTS

APRIL = Month(2009, 4)
MEASURE = build_case({**EXAMPLE, "measure": {**EXAMPLE["measure"], "specialties": []}}, where="test").measure
CODES, BANDS, SEXES = ("A", "B", "C"), ("00-14", "15-64", "65+"), ("1", "2")
LOWEST = {"00": 0, "15": 15, "65": 65}
people_counts = st.lists(st.integers(0, 300), min_size=18, max_size=18).filter(lambda counts: sum(counts) > 0)
contacts = st.lists(
    st.tuples(
        st.sampled_from(CODES), st.sampled_from([*SEXES, "9"]), st.none() | st.integers(0, 99), st.integers(1, 9)
    ),
    max_size=25,
)
KINDS = {"practice_code": pl.String, "month": pl.Int32, "sex": pl.String, "age_years": pl.Int32, "activity_count": pl.Int64,
         "cost_pence": pl.Int64, "unpriced_count": pl.Int64}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(people_counts, contacts)
def test_expected_is_the_same_counted_one_by_one(
    counts: list[int], held: list[tuple[str, str, int | None, int]]
) -> None:
    cells = [(code, sex, band) for code in CODES for sex in SEXES for band in BANDS]
    lists = REGISTERED_LISTS.from_rows([
        {"practice_code": code, "as_at_on": APRIL.start, "sex": sex, "age_band": band, "patients_count": count}
        for (code, sex, band), count in zip(cells, counts, strict=True)
    ])  # fmt: skip
    frame = pl.DataFrame([(c, 200904, s, a, n, 0, 0) for c, s, a, n in held], schema=KINDS, orient="row")
    months = count_person_months(lists, months=[APRIL])
    placed = place_ages(frame, person_months=months)
    rates = measure_rates(placed, person_months=months)
    found = standardise(placed, person_months=months, rates=rates, counted_in="contacts", months_count=1)

    listed: dict[tuple[str, str, str], int] = {(c, s, b[:2]): n for (c, s, b), n in zip(cells, counts, strict=True)}
    total = {(sex, low): sum(listed[code, sex, low] for code in CODES) for sex in SEXES for low in LOWEST}
    bands_held = sorted({low for (_, low), people in total.items() if people}, key=LOWEST.__getitem__)
    rate, evenly = dict.fromkeys(total, 0.0), 0.0
    for _, sex, age, count in held:
        below = [low for low in bands_held if age is not None and LOWEST[low] <= age]
        cell = (sex, below[-1]) if below else None
        if cell is not None and total.get(cell):
            rate[cell] += count / total[cell]
        else:
            evenly += count / sum(counts)
    for row in found.to_dicts():
        mine = {cell: listed[row["practice_code"], *cell] for cell in total}
        slowly = sum(mine[cell] * (rate[cell] + evenly) for cell in total)
        assert row["expected_number"] == pytest.approx(slowly)


def made_contacts() -> list[dict[str, Any]]:
    """300 contacts of up to 59 people at three practices, a few of them without a person's key or restricted."""
    luck = np.random.default_rng(5)
    return [
        {"setting": "OP", "provider_code": "ZH1", "record_number": str(at), "person_id": int(luck.integers(1, 60)) if at % 50 else None,
         "activity_on": APRIL.start, "month": 200904, "point_of_delivery": "OPFA" if luck.random() < 0.7 else "AE",
         "treatment_function_code": "330", "hrg_code": "ZZA01", "paid_stay_days": 0, "age_years": int(luck.integers(0, 90)),
         "sex": "1", "practice_code": CODES[int(luck.integers(3))], "attribution": "registered", "commissioner_code": "ZP1",
         "is_restricted": at % 70 == 1, "register_version": "r"}
        for at in range(300)
    ]  # fmt: skip


def count_on(
    engine: Engine, rows: list[dict[str, Any]], measure: Measure = MEASURE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every contact but each tenth has a price: £1 and as many pence as its number."""
    zero = {column.name: 0 for column in COSTED_ACTIVITY.columns if column.name.endswith(("_pence", "_days"))}
    priced = [row | zero | {"cost_pence": 100 + at} for at, row in enumerate(rows) if at % 10]
    facts = engine.adopt(ACTIVITY_FACTS.from_rows(rows), ACTIVITY_FACTS.sql_columns)
    costed = engine.adopt(COSTED_ACTIVITY.from_rows(priced), COSTED_ACTIVITY.sql_columns)
    return count_measure(facts, costed_activity=costed, measure=measure, first=APRIL, last=APRIL)


def test_contacts_and_squares_are_the_same_counted_one_by_one() -> None:
    rows = made_contacts()
    with open_engine("duckdb") as engine:
        counted, people = count_on(engine, rows)
    for code in CODES:
        mine = [
            (at, row)
            for at, row in enumerate(rows)
            if row["practice_code"] == code and row["point_of_delivery"] == "OPFA"
        ]
        assert counted.filter(practice_code=code)["activity_count"].sum() == len(mine)
        assert counted.filter(practice_code=code)["cost_pence"].sum() == sum(100 + at for at, _ in mine if at % 10)
        each = [[row["person_id"] for _, row in mine].count(person) for person in range(1, 60)]
        assert people.filter(practice_code=code)["contacts_squared"][0] == sum(count**2 for count in each)


@pytest.mark.long
@pytest.mark.spark
def test_both_engines_count_a_measure_alike(spark_engine: Engine) -> None:
    """To the penny, with specialties named so that restricted contacts are left out on both."""
    rows, named = made_contacts(), replace(MEASURE, specialties=("330",))
    with open_engine("duckdb") as engine:
        here = count_on(engine, rows, named)
    there = count_on(spark_engine, rows, named)
    assert all(one.equals(other) for one, other in zip(here, there, strict=True))
    assert here[0]["activity_count"].sum() < sum(row["point_of_delivery"] == "OPFA" for row in rows)


def test_lumps_are_variance_over_mean_of_what_people_had() -> None:
    """Two practices of 400 people: within-practice variance of people's counts over their mean."""
    luck = np.random.default_rng(6)
    had = {code: luck.negative_binomial(0.5, 0.5, 400) for code in "AB"}
    rows = [(code, float(x.sum()), float((x**2).sum()), 0.0, 0.0, 0.0, 0.0, 0) for code, x in had.items()]
    names = (
        "practice_code",
        "contacts",
        "contacts_squared",
        "pence",
        "pence_squared",
        "price",
        "price_squared",
        "unnamed_count",
    )
    squares = pl.DataFrame(
        rows, schema=dict(zip(names, [pl.String, *[pl.Float64] * 6, pl.Int64], strict=True)), orient="row"
    )
    lists = pl.DataFrame({"practice_code": ["A", "B"], "mean_population": [400.0, 400.0]})
    found = measure_lumps(squares, lists=lists, measure=MEASURE, least_people=800)
    within = sum(((x - x.mean()) ** 2).sum() for x in had.values()) / 798
    assert found.cheque == pytest.approx(within / (sum(x.sum() for x in had.values()) / 800))


@given(st.floats(0.2, 3.0), st.floats(20.0, 500.0), st.floats(1.0, 4.0), st.floats(0.01, 0.5), st.floats(0.0, 0.5))
def test_one_year_carried_to_the_next_is_own_position(
    ratio: float, expected: float, cheque: float, spread: float, persistence: float
) -> None:
    """Equal years and a ratio of 1: the variance left is that of own_position, and what lasts is its expected change."""
    one = np.array([1.0])
    found = carry_ratios(
        ratio * one, expected_before=expected * one, expected_after=expected * one, cheque=cheque, cheque_after=cheque,
        spread=spread, persistence=persistence,
    )  # fmt: skip
    known = own_position(
        0 * one,
        before=(ratio - 1) * one,
        years=one,
        variance=cheque / expected * one,
        formula_error=spread,
        persistence=persistence,
    )
    carried = found.predicted[0] / expected
    assert carried - 1 == pytest.approx(float(known.expected[0]))
    assert found.variance[0] * carried == pytest.approx(float(known.sd[0]) ** 2)


def test_nearest_comparators_are_those_of_plain_sorting() -> None:
    """One practice of the case among 40: the ten nearest within reach, by distances worked out again."""
    luck = np.random.default_rng(7)
    rows = pl.DataFrame({
        "practice_code": [f"Z{at:02d}" for at in range(40)], "mean_population": luck.uniform(3000, 9000, 40),
        "standardised_ratio": luck.gamma(25, 1 / 25, 40), "need_index": luck.uniform(0.8, 1.2, 40),
    })  # fmt: skip
    near = Nearness(ratio=0.3, size=0.7, need=0.3, fewest=3, most=10)
    found = find_comparators(rows, case_practices=["Z00"], nearness=near)
    own, *others = rows.to_dicts()
    names = {"standardised_ratio": near.ratio, "mean_population": near.size, "need_index": near.need}
    steps = {
        row["practice_code"]: [abs(math.log(row[name] / own[name])) / reach for name, reach in names.items()]
        for row in others
    }
    within = {
        code: math.sqrt(statistics.fmean(step**2 for step in each)) for code, each in steps.items() if max(each) <= 1
    }
    slowly = sorted(within, key=lambda code: (within[code], code))[:10]
    assert sorted(found.practices.filter(role="comparator")["practice_code"]) == sorted(slowly)


def test_comparison_is_the_same_with_pencil_and_paper() -> None:
    """A at 1.3 fell to 200, comparators at 1.3 and 1.2 had 250 and 230: every step again."""
    ratios, counts = {"A": 1.3, "B": 1.3, "C": 1.2}, {"A": 200, "B": 250, "C": 230}
    lines = carry_baseline(after(**counts), baseline=baseline(**ratios), case=CASE, months_count=12)
    found = compare_with_comparators(lines, case=CASE, due=30.0, months_count=12, default_drift=0.05)
    before = 1.7 / 200
    lasts = (0.04 + 0.2 * before) / (0.04 + before)
    predicted = {code: 200 * (1 + lasts * (ratio - 1)) for code, ratio in ratios.items()}
    without = predicted["A"] * (250 + 230) / (predicted["B"] + predicted["C"])
    assert found.found == pytest.approx(without - 200)
    left = 0.04 + before - lasts * (0.04 + 0.2 * before)
    variance = {code: left / (predicted[code] / 200) + (found.drift or 0) ** 2 for code in ratios}
    own = math.log1p(variance["A"])
    both = sum(predicted[code] ** 2 * variance[code] for code in "BC") / (predicted["B"] + predicted["C"]) ** 2
    half = 1.959963984540054 * math.sqrt(own + math.log1p(both))
    middle = math.log(200 / without) + (own - math.log1p(both)) / 2
    assert found.low == pytest.approx(without * (1 - math.exp(middle + half)))
    assert found.high == pytest.approx(without * (1 - math.exp(middle - half)))


def test_spread_is_dersimonian_and_laird_shrunk_to_the_default() -> None:
    counts = dict(zip("ABCDEF", (150, 170, 200, 210, 260, 240), strict=True))
    ratios, luck = [count / 200 for count in counts.values()], 1.7 / 200
    mean = statistics.fmean(ratios)
    excess = sum((ratio - mean) ** 2 for ratio in ratios) / luck
    squared = max(0.0, (excess - 5) / (6 / luck - 1 / luck))
    slowly = math.sqrt((10 * 0.04 + 5 * squared) / 15)
    assert measure_spread_of_ratios(after(**counts), cheque=1.7, default=0.2) == pytest.approx(slowly)
