"""What must hold of chance bands and freed-up resources whatever the figures."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbc.errors import RefusedInput
from pbc.methods.risk import band_chance, default_cheque
from pbc.methods.savings import split_freed_up_resources
from pbc.periods import FinancialYear
from pbc.policy.policy import load_policy
from pbc.stats.bands import band_limits, history_in_budget, own_position
from pbc.stats.cheques import cheque_size, persistence
from pbc.tables import BUDGET_POSITIONS

YEAR = FinancialYear(2009)
POLICY = load_policy("england-2005")
CHEQUE = default_cheque(POLICY, on=YEAR.start)
budgets = st.floats(5e5, 1e8)
cheques = st.floats(100, 20_000)
people = st.lists(st.integers(0, 100_000), min_size=2, max_size=30)
pence = st.integers(0, 5_000_000_00)


def limits(budget: float, cheque: float, outer: float = 0.0) -> tuple[float, float]:
    one = np.array([budget])
    low, high = band_limits(one, at_chance=one, spread=cheque * one, lean=cheque * one, outer=outer)
    return float(low[0]), float(high[0])


@given(budgets, cheques, st.floats(0.01, 1000))
def test_band_knows_no_unit(budget: float, cheque: float, scale: float) -> None:
    """Pounds, pence or dollars: limits scale with budget and cheque."""
    plain, scaled = limits(budget, cheque), limits(budget * scale, cheque * scale)
    assert scaled == pytest.approx([limit * scale for limit in plain], rel=1e-9)


@given(st.floats(1e7, 1e9), st.floats(100, 5_000))
def test_width_falls_with_the_root_of_the_budget(budget: float, cheque: float) -> None:
    """Four times the budget halves the log width, as far as the logarithm of 1 + c is c."""
    log_width = [np.log(high / low) for low, high in (limits(budget, cheque), limits(4 * budget, cheque))]
    assert log_width[1] / log_width[0] == pytest.approx(0.5, rel=cheque / budget)


@given(budgets, cheques)
def test_mean_outturn_is_the_budget_without_history(budget: float, cheque: float) -> None:
    """The log-normal between the limits has the budget as its mean: exp(d + s squared / 2) = 1."""
    low, high = limits(budget, cheque)
    spread = np.log(high / low) / (2 * 1.959963984540054)
    assert np.sqrt(low * high) * np.exp(spread**2 / 2) == pytest.approx(budget, rel=1e-9)


@given(st.lists(people, min_size=1, max_size=4), st.integers(2, 50))
def test_doubled_prices_double_the_cheque(practices: list[list[int]], scale: int) -> None:
    """A cheque is money: prices times k give a cheque times k."""

    def size(factor: int) -> float:
        costs = [np.array(mine, dtype=float) * factor for mine in practices]
        sizes = np.array([float(len(mine)) for mine in costs])
        cost, squared = np.array([mine.sum() for mine in costs]), np.array([(mine**2).sum() for mine in costs])
        return cheque_size(
            cost, cost_squared=squared, cost_exposure=cost, exposure=sizes, exposure_squared=sizes, persons=sizes
        )

    if sum(map(sum, practices)) == 0:
        with pytest.raises(RefusedInput, match="cannot be measured"):
            size(1)
    else:
        assert size(scale) == pytest.approx(scale * size(1), rel=1e-9, abs=1e-6)


@given(st.floats(-0.5, 0.5), st.floats(0.0001, 0.04), st.floats(0.0, 0.3))
def test_own_position_without_history_is_the_outer_band(now: float, variance: float, error: float) -> None:
    """No earlier year: nothing is expected and the variance is that of luck and formula together."""
    one = np.ones(1)
    found = own_position(
        now * one, before=0.4 * one, years=0 * one, variance=variance * one, formula_error=error, persistence=0.2
    )
    assert found.change[0] == now
    assert found.sd[0] == pytest.approx(np.sqrt(variance + error**2))


@given(st.floats(0, 1), st.integers(0, 3), st.floats(0, 0.5))
def test_history_in_the_budget_never_makes_a_band_of_no_width(weight: float, years: int, rho: float) -> None:
    """However the budget is blended, some luck is left."""
    found = history_in_budget(np.array([weight]), years=np.array([float(years)]), persistence=rho)
    assert found.spread[0] >= 0.5
    assert found.spread[0] == 1 or years > 0


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=40))
def test_persistence_stays_within_its_limits(pairs: list[tuple[int, int]]) -> None:
    """Between 0 and 0.5, or refused where nobody's cost varies."""
    a, b = (np.array([float(pair[i]) for pair in pairs]) for i in (0, 1))
    sums = {"before": a, "after": b, "before_squared": a**2, "after_squared": b**2, "product": a * b}
    added = {name: np.array([values.sum()]) for name, values in sums.items()}
    if a.std() == 0 or b.std() == 0:
        return
    assert 0 <= persistence(np.array([float(len(pairs))]), **added) <= 0.5


def rows_of(amounts: list[tuple[int, int, int]]) -> pl.DataFrame:
    return BUDGET_POSITIONS.from_rows([
        dict(financial_year="2009-10", statement_month=201003, practice_code=f"Z{i:05}", cluster_code=f"ZC{i % 3}",
             commissioner_code="ZP1", list_size=1 + budget // 80_000, months_count=12, activity_budget_pence=budget,
             activity_actual_pence=actual, bill_adjustment_pence=-bill)
        for i, (budget, actual, bill) in enumerate(amounts)
    ])  # fmt: skip


amounts = st.lists(st.tuples(pence, pence, st.integers(0, 1_000_000)), min_size=1, max_size=12)


@given(amounts, st.randoms(use_true_random=False))
def test_bands_do_not_depend_on_the_order_of_rows(rows: list[tuple[int, int, int]], luck: object) -> None:
    """Rows shuffled: the same bands to the last bit, and practices add up to clusters and the commissioner."""
    frame = rows_of(rows)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=luck.randrange(1000))  # type: ignore[attr-defined]
    first, second = (band_chance(given_, year=YEAR, cheque=CHEQUE, policy=POLICY) for given_ in (frame, shuffled))
    assert first.equals(second)
    for name in ("budget_pence", "actual_pence"):
        by_kind = first.group_by("unit_kind").agg(pl.col(name).sum())
        assert by_kind[name].n_unique() == 1


@given(amounts, st.sampled_from(["practice", "cluster"]), st.integers(0, 10_000_000))
def test_freed_money_is_conserved(rows: list[tuple[int, int, int]], held_at: str, deficit: int) -> None:
    """Parts sum to what was freed; nobody's part is negative; netting never frees more than gross; labels change nothing."""
    found = split_freed_up_resources(
        rows_of(rows), year=YEAR, policy=POLICY, held_at=held_at, commissioner_deficit_pence=deficit
    )
    assert (found["retained_pence"] + found["commissioner_pence"] == found["freed_up_pence"]).all()
    assert (found["retained_pence"] >= 0).all()
    assert (found["commissioner_pence"] >= 0).all()
    assert (found["freed_up_pence"] <= found["gross_underspend_pence"]).all()
    assert (found["retained_pence"] - 0.7 * found["freed_up_pence"]).abs().max() <= 1
    assert found.group_by("basis").agg(pl.col("budget_pence").sum())["budget_pence"].unique().to_list() == [
        sum(b for b, _, _ in rows)
    ]


@given(amounts)
def test_no_sentence_calls_an_underspend_a_saving(rows: list[tuple[int, int, int]]) -> None:
    """The word stands only where there is no evidence of one."""
    found = band_chance(rows_of(rows), year=YEAR, cheque=CHEQUE, policy=POLICY)
    for sentence, label in zip(found["sentence"], found["label"], strict=True):
        assert "saving" not in sentence.replace("This is not evidence of a saving.", "")
        assert ("not evidence of a saving" in sentence) <= (label == "inside_chance")
