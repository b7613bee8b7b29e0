"""Similar practices, found again one by one in plain Python."""

from __future__ import annotations

import statistics

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.methods.variation import compare_with_peers, find_peers
from pbc.methods.variation.peers import list_used

CODES = [f"Z{at}" for at in range(9)]
values = st.none() | st.integers(0, 6).map(float)
worlds = st.lists(st.tuples(values, values, values), min_size=3, max_size=9)


def slowly(rows: list[dict[str, float | None]], own: int, used: list[str], count: int) -> list[float]:
    """How far the nearest are, nearest first."""
    whole = [at for at, row in enumerate(rows) if all(row[name] is not None for name in used)]
    spread = {name: statistics.pstdev([float(rows[at][name] or 0) for at in whole]) for name in used}

    def far(at: int) -> float:
        parts = [((float(rows[at][name] or 0) - float(rows[own][name] or 0)) / spread[name]) ** 2 for name in used]
        return (sum(parts) / len(parts)) ** 0.5

    return sorted(far(at) for at in whole if at != own)[:count]


@settings(max_examples=150)
@given(worlds, st.integers(0, 2), st.integers(1, 4))
def test_nearest_are_the_same_counted_one_by_one(
    given_rows: list[tuple[float | None, ...]], own: int, count: int
) -> None:
    names = ("need_index", "list_size_log", "deprivation")
    rows = [dict(zip(names, row, strict=True)) for row in given_rows]
    schema = {name: pl.Float64 for name in names}
    frame = pl.DataFrame(rows, schema=schema).with_columns(practice_code=pl.Series(CODES[: len(rows)]))
    used = list_used(frame, practice_code=CODES[own])
    found = find_peers(frame, practice_code=CODES[own], count=count)
    if not used:
        assert found.is_empty()
        return
    expected = slowly(rows, own, used, count)
    told = found["distance_ratio"].to_list()
    assert len(told) == len(expected)
    assert all(abs(one - other) < 1e-9 for one, other in zip(told, expected, strict=True))
    by_code = {code: at for at, code in enumerate(CODES)}
    assert all(rows[by_code[code]][name] is not None for code in found["practice_code"] for name in used)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**4)), min_size=6, max_size=9))
def test_middle_and_quartiles_are_those_of_plain_sorting(rows: list[tuple[int, int]]) -> None:
    codes = CODES[: len(rows)]
    costs = pl.DataFrame({
        "practice_code": codes, "service": "outpatients", "actual_pence": [pence for pence, _ in rows],
        "weighted_population": [float(people) for _, people in rows],
    })  # fmt: skip
    row = compare_with_peers(costs, practice_code=codes[0], peers=codes[1:]).row(0, named=True)
    others = sorted(pence / people for pence, people in rows[1:])
    lower, _, upper = statistics.quantiles(others, n=4, method="inclusive")
    assert abs(row["lower_quartile_pence"] - lower) < 1e-9 * max(others[-1], 1)
    assert abs(row["upper_quartile_pence"] - upper) < 1e-9 * max(others[-1], 1)
    assert row["peers_count"] == len(others)
    assert abs(row["median_pence"] - statistics.median(others)) < 1e-9 * max(others[-1], 1)
    assert row["own_pence"] == rows[0][0] / rows[0][1]
