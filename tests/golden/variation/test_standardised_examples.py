"""Published worked examples of Byar's limits and of an indirectly standardised ratio (SOURCE.md says from where)."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from scipy.special import ndtri

from pbc.methods.variation import band_ratios, standardise
from pbc.stats.standardised import byar_limits

VECTORS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("vectors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", VECTORS["byar"], ids=lambda row: f"{row['observed']} at {row['confidence']}")
def test_byar_limits_are_as_published(row: dict[str, float]) -> None:
    low, high = byar_limits(np.array([float(row["observed"])]), z=float(ndtri(0.5 + row["confidence"] / 2)))
    assert (low[0], high[0]) == pytest.approx((row["low"], row["high"]), rel=1e-9)


def test_nought_has_nought_below_it() -> None:
    low, high = byar_limits(np.array([0.0]))
    assert low[0] == 0
    assert high[0] > 0


def test_standardised_ratio_and_its_interval_are_as_published() -> None:
    """Expected over 19 bands, observed over expected, and the interval of contacts that know nothing of each other."""
    isr = VECTORS["isr"]
    bands = [f"{5 * at:02d}" for at in range(19)]
    rates = pl.DataFrame({
        "sex": "1", "age_band": bands, "person_months_count": isr["reference_people"], "activity_count": isr["reference_counts"],
        "cost_pence": 0,
    })  # fmt: skip
    here = pl.DataFrame({"practice_code": "A", "sex": "1", "age_band": bands, "person_months_count": isr["people"]})
    observed = pl.DataFrame({"practice_code": ["A"], "activity_count": [isr["observed"]], "cost_pence": [0]})
    found = standardise(observed, person_months=here, rates=rates, counted_in="contacts", months_count=1)
    row = band_ratios(found, counted_in="contacts", cheque=1.0).row(0, named=True)
    assert row["expected_number"] == pytest.approx(isr["expected"], rel=1e-9)
    assert row["standardised_ratio"] == pytest.approx(isr["ratio"], rel=1e-9)
    assert (row["low_ratio"], row["high_ratio"]) == pytest.approx((isr["low"], isr["high"]), rel=1e-9)
