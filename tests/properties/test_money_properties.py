"""Money is conserved: parts sum to the whole, and nobody's share depends on where their row stands."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pbc.money import (
    LARGEST_PENCE,
    pence_from_pounds,
    pence_typed_by_a_person,
    pounds_and_pence,
    round_half_up,
    share_out,
    share_out_many,
)

TOTALS = st.integers(-(10**14), 10**14)
WEIGHTS = st.lists(
    st.one_of(st.just(0.0), st.floats(1e-6, 1e9, allow_subnormal=False), st.integers(1, 20).map(float)),
    min_size=1,
    max_size=60,
).filter(any)
LABELLED = WEIGHTS.flatmap(
    lambda weights: st.tuples(st.just(weights), st.permutations([f"Z{i:05d}" for i in range(len(weights))]))
)


@given(TOTALS, LABELLED)
def test_shares_sum_to_the_whole(total: int, labelled: tuple[list[float], list[str]]) -> None:
    weights, keys = labelled
    assert sum(share_out(total, weights, keys=keys)) == total
    assert int(share_out_many(total, np.array(weights)).sum()) == total


@given(TOTALS, LABELLED)
def test_shares_stay_within_a_penny_of_proportion(total: int, labelled: tuple[list[float], list[str]]) -> None:
    weights, keys = labelled
    whole = sum(map(Fraction, weights))
    for weight, part in zip(weights, share_out(total, weights, keys=keys), strict=True):
        assert abs(part - Fraction(weight) * total / whole) < 1
        assert weight > 0 or part == 0


@given(TOTALS, LABELLED, st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_share(total: int, labelled: tuple[list[float], list[str]], shuffler) -> None:  # type: ignore[no-untyped-def]
    weights, keys = labelled
    rows = list(zip(keys, weights, strict=True))
    shuffled = rows.copy()
    shuffler.shuffle(shuffled)
    assert exact_shares(total, rows) == exact_shares(total, shuffled)
    assert fast_shares(total, rows) == fast_shares(total, shuffled)


def exact_shares(total: int, rows: list[tuple[str, float]]) -> dict[str, int]:
    keys = [key for key, _ in rows]
    return dict(zip(keys, share_out(total, [weight for _, weight in rows], keys=keys), strict=True))


def fast_shares(total: int, rows: list[tuple[str, float]]) -> dict[str, int]:
    keys = [key for key, _ in rows]
    places = {key: place for place, key in enumerate(sorted(keys))}
    order = np.array([places[key] for key in keys], dtype=np.int64)
    parts = share_out_many(total, np.array([weight for _, weight in rows]), order=order)
    return dict(zip(keys, parts.tolist(), strict=True))


@given(st.integers(0, 10**12), WEIGHTS)
def test_share_out_many_equals_share_out_but_for_remainders_too_near_to_tell(total: int, weights: list[float]) -> None:
    """The fast way may give a last penny to another row only where the two remainders differ by less than 1e-3."""
    exact = share_out(total, weights, keys=range(len(weights)))
    fast = share_out_many(total, np.array(weights)).tolist()
    whole = sum(map(Fraction, weights))
    swapped = [i for i in range(len(weights)) if exact[i] != fast[i]]
    assert all(abs(exact[i] - fast[i]) == 1 for i in swapped)
    remainders = [Fraction(weights[i]) * total / whole % 1 for i in swapped]
    apart = [min(abs(a - b) % 1, 1 - abs(a - b) % 1) for a in remainders for b in remainders]
    assert all(distance < Fraction(1, 1000) for distance in apart)


@given(st.integers(0, 10**12), st.lists(st.integers(1, 1_000), min_size=1, max_size=40))
def test_more_weight_never_earns_less(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights, keys=range(len(weights)))
    ranked = sorted(zip(weights, parts, strict=True))
    for (lighter, less), (heavier, more) in pairwise(ranked):
        assert lighter == heavier or less <= more


@given(TOTALS, LABELLED)
def test_an_overspend_is_shared_as_the_mirror_of_an_underspend(
    total: int, labelled: tuple[list[float], list[str]]
) -> None:
    weights, keys = labelled
    assert share_out(-total, weights, keys=keys) == [-part for part in share_out(total, weights, keys=keys)]


@given(st.integers(-LARGEST_PENCE, LARGEST_PENCE))
def test_what_is_written_for_people_reads_back_to_the_penny(pence: int) -> None:
    assert pence_typed_by_a_person(pounds_and_pence(pence)) == pence
    assert pence_from_pounds(pounds_and_pence(pence).replace("£", "").replace(",", "")) == pence


@given(st.integers(-(10**15), 10**15), st.sampled_from([2, 5, 10, 100, 10_000]))
def test_rounding_moves_half_a_step_at_most_and_mirrors_at_zero(amount: int, step: int) -> None:
    rounded = round_half_up(amount, to=step)
    assert rounded % step == 0
    assert abs(rounded - amount) * 2 <= step
    assert round_half_up(-amount, to=step) == -rounded
