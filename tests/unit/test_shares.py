"""The Wilson interval against published vectors, and at its ends."""

import numpy as np
import pytest

from pbc.stats.shares import wilson_interval

# Test workbooks of Public Health England, as methods.md 3.1 quotes them: count, of, and the 95% limits.
PUBLISHED = [
    (1, 100, 0.0017674320641406511, 0.054486196178705294),
    (65, 100, 0.5525444329688797, 0.7363575175690247),
    (9856, 12345, 0.7912101752909069, 0.8053640073614909),
]


@pytest.mark.parametrize("count, of, low, high", PUBLISHED)
def test_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    found = wilson_interval(count, of)
    assert [float(each) for each in found] == pytest.approx([low, high], rel=1e-9)


def test_interval_of_none_or_all_ends_at_the_end_and_of_nothing_is_no_number() -> None:
    low, high = wilson_interval([0, 7, 0], [7, 7, 0])
    assert (low[0], high[1]) == (0.0, 1.0)
    assert 0 < high[0] < 1
    assert high[0] == pytest.approx(1 - low[1])
    assert np.isnan([low[2], high[2]]).all()
