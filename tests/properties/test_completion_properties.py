"""Completion: a month only fills up, whatever came when."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pbc.methods.forecasting import list_data_ages, measure_completion
from pbc.methods.forecasting.completion import COUNTS
from pbc.periods import Month

MONTHS = [month.number for month in Month(2009, 4).financial_year.months()]
rows = st.lists(
    st.tuples(
        st.integers(0, 11), st.integers(0, 11), st.sampled_from(["outpatients", "prescribing"]), st.integers(1, 500)
    ),
    max_size=30,
)


def frame(held: list[tuple[int, int, str, int]]) -> pl.DataFrame:
    known = [(MONTHS[max(at, month)], MONTHS[month], setting, count) for at, month, setting, count in held]
    return pl.DataFrame(known, schema=COUNTS, orient="row")


@given(rows, st.integers(0, 11), st.integers(0, 4))
def test_completion_rises_to_one_and_is_counted_slowly_alike(
    held: list[tuple[int, int, str, int]], reached: int, full: int
) -> None:
    counts, month = frame(held), Month.from_number(MONTHS[reached])
    found = measure_completion(counts, reached=month, full_after=full)
    for (setting,), part in found.group_by("setting"):
        ratios = part.sort("lag_months")["completion_ratio"].to_list()
        assert ratios == sorted(ratios)
        assert ratios[-1] == 1.0
        own = {m for d, m, s, _ in counts.iter_rows() if d == m and s == setting}
        whole = [(MONTHS.index(d) - MONTHS.index(m), count) for d, m, s, count in counts.iter_rows()
                 if s == setting and m in own and MONTHS.index(m) <= reached - full]  # fmt: skip
        slowly = [sum(c for lag, c in whole if lag <= at) / sum(c for _, c in whole) for at in range(full)]
        assert ratios[:-1] == slowly


@given(rows, st.integers(0, 11))
def test_ages_tell_every_month_asked_for_once_and_every_contact_held(
    held: list[tuple[int, int, str, int]], reached: int
) -> None:
    counts, month = frame(held), Month.from_number(MONTHS[reached])
    asked = pl.DataFrame({
        "month": pl.Series(MONTHS * 2, dtype=pl.Int32), "setting": ["outpatients"] * 12 + ["prescribing"] * 12,
        "received_at": "2009-08-15", "refused_count": 0, "is_left_out": False,
    })  # fmt: skip
    found = list_data_ages(counts, received=asked, month=month, full_after=2)
    assert found.height == 24
    assert found["activity_count"].sum() == counts["activity_count"].sum()
