"""Volume, mix and price worked out a second time, line by line in exact fractions, on any prescriptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.spec.prescribing.made_up_prescribing import Line, lines, split, steps, unidentified

from pbc.engines import Engine, open_engine
from pbc.methods.prescribing import compare_list_prices, list_unidentified, share_by_age_sex, split_prescribing
from pbc.methods.prescribing.age_sex import BANDS
from pbc.periods import FinancialYear
from pbc.tables import AGE_SEX_WEIGHTS, REGISTERED_LISTS

HELD = (compare_list_prices, list_unidentified, split_prescribing)  # through `split` and `unidentified`


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def half_up(amount: Fraction) -> int:
    size = int(abs(amount) + Fraction(1, 2))
    return -size if amount < 0 else size


def slowly(given: list[Line]) -> dict[str, list[int]]:
    """Last year, volume, mix and price of each practice; mix from its own meaning, not as what is left."""
    sums: dict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
    for code, month, product, items, quantity, pence in given:
        for at, value in enumerate((items, int(quantity), pence)):
            sums[(code, product, month > 200900)][at] += value
    products = {product for _, product, _ in sums}

    def price(product: str, now: bool) -> Fraction | None:
        held = [sums[(code, product, now)] for code in {key[0] for key in sums}]
        quantity = sum(each[1] for each in held)
        return Fraction(sum(each[2] for each in held), quantity) if quantity else None

    change = {}
    for product in products:
        now, then = price(product, True), price(product, False)
        change[product] = now - then if now is not None and then is not None else Fraction(0)
    found = {}
    for code in {key[0] for key in list(sums) if any(sums[key])}:
        items = [sum(sums[(code, p, now)][0] for p in products) for now in (False, True)]
        cost = [sum(sums[(code, p, now)][2] for p in products) for now in (False, True)]
        dearer = half_up(sum((sums[(code, p, True)][1] * change[p] for p in products), Fraction(0)))
        at_old_prices = cost[1] - dearer
        grown = half_up(Fraction(cost[0] * items[1], items[0])) if items[0] else at_old_prices
        found[code] = [cost[0], grown - cost[0], at_old_prices - grown, dearer]
    return found


LINES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]), st.sampled_from([200804, 200805, 200904, 200905]), st.sampled_from(["X", "Y", "Z"]),
        st.integers(1, 40), st.integers(1, 300), st.integers(0, 90_000),
    ),
    min_size=1, max_size=25, unique_by=lambda line: line[:3],
)  # fmt: skip


@given(LINES)
@settings(max_examples=60)
def test_split_is_the_slow_one_and_adds_up(engine: Engine, given: list[Line]) -> None:
    """Rounding of a half may differ by the penny of a double, on price and mix alike; the sum never does."""
    effects, _ = split(engine, lines(given))
    fast, slow = steps(effects), slowly(given)
    assert fast.keys() == slow.keys()
    for code, parts in fast.items():
        assert sum(parts) == sum(line[-1] for line in given if line[0] == code and line[1] > 200900)
        assert parts[0] == slow[code][0]
        assert all(abs(quick - careful) <= 1 for quick, careful in zip(parts, slow[code], strict=True))


@given(LINES, st.sets(st.sampled_from(["A", "B", "C"])), st.sets(st.sampled_from(["A", "B", "C"])))
@settings(max_examples=40)
def test_practices_and_unidentified_are_the_total(
    engine: Engine, given: list[Line], marked: set[str], known: set[str]
) -> None:
    frame = lines(given, unidentified=sorted(marked))
    now = frame.filter(pl.col("month") > 200900)
    named = unidentified(engine, frame, sorted(known) or ["-"])
    own = now.filter(~pl.col("is_unidentified") & pl.col("practice_code").is_in(list(known)))
    total = own["net_ingredient_cost_pence"].sum() + sum(int(str(row[-1])) for row in named)
    assert total == now["net_ingredient_cost_pence"].sum()


@given(st.lists(st.integers(1, 5_000), min_size=18, max_size=18), st.integers(0, 10**9))
def test_shares_by_age_and_sex_sum_to_the_pot(counts: list[int], pot: int) -> None:
    """Units worked out by hand; both columns are the pot."""
    cells = [(sex, band) for sex in ("1", "2") for _, band in BANDS]
    weights = AGE_SEX_WEIGHTS.from_rows([
        {"version": "v", "sex": sex, "age_band": band, "astro_pu_factor": 0.5 * (at + 1), "source": "made up"}
        for at, (sex, band) in enumerate(cells)
    ])  # fmt: skip
    lists = REGISTERED_LISTS.from_rows([
        {"practice_code": code, "as_at_on": date(2009, 4, 1), "sex": sex, "age_band": band, "patients_count": count}
        for code, numbers in (("A", counts), ("B", counts[::-1])) for (sex, band), count in zip(cells, numbers, strict=True)
    ])  # fmt: skip
    found = share_by_age_sex(
        lists,
        weights=weights,
        need=pl.DataFrame(
            {"practice_code": ["A", "B"], "commissioner_code": ["P", "P"], "weighted_population": [2.0, 1.0]}
        ),
        pots=pl.DataFrame({"commissioner_code": ["P"], "amount_pence": [pot]}),
        budgets=pl.DataFrame({"practice_code": ["A"], "set_pence": [1]}),
        year=FinancialYear(2009),
    )
    units = [sum(0.5 * (at + 1) * count for at, count in enumerate(numbers)) for numbers in (counts, counts[::-1])]
    assert found["astro_pu_weighted_population"].to_list() == units
    assert found["age_sex_pence"].sum() == found["need_pence"].sum() == pot
    assert abs(found["age_sex_pence"][0] - pot * units[0] / sum(units)) <= 1


@pytest.mark.spark
def test_products_months_and_unidentified_are_the_same_on_spark(engine: Engine, spark_engine: Engine) -> None:
    """Three practices over two years, one of them taken over and one unidentified: every table alike on both engines."""
    given: list[Line] = [
        (code, year * 100 + month, product, 3 + at, 28 * (3 + at), (3 + at) * 28 * (year - 2000) + month)
        for year in (2008, 2009) for month in (3, 4, 5) for at, code in enumerate("ABC") for product in ("X", "Y")
    ]  # fmt: skip
    frame = lines(given, unidentified=["C"])
    both = [split(each, frame, answers={"B": "A"}) for each in (engine, spark_engine)]
    for one, other in zip(*both, strict=True):
        assert_frame_equal(one, other)
    assert both[0][0].height == 8
    assert unidentified(engine, frame, ["A"]) == unidentified(spark_engine, frame, ["A"])
