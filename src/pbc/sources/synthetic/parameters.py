"""The numbers behind the made-up PCT: fitted from published files to two figures, or assumed and said so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

HERE = Path(__file__).parent
PODS = ("NEL", "NELNE", "EL", "DC", "OPFA", "OPFUP", "OPPROC", "AE")
ADMITTED = ("NEL", "NELNE", "EL", "DC")
EMERGENCY_LIKE = ("NEL", "NELNE", "AE")
BAND_STARTS = np.array([0, 5, 15, 25, 35, 45, 55, 65, 75], dtype=np.int64)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """`fitted` and `assumed` as the YAML gives them, and the rate tables made of them."""

    fitted: dict[str, Any]
    assumed: dict[str, Any]
    age_sex_share: Floats
    rates: dict[str, Floats]
    prescribing_weight: Floats


@cache
def parameters() -> Parameters:
    """This returns the committed parameters, with yearly rates per person by [sex, age band] for each point of delivery."""
    fitted = yaml.safe_load((HERE / "fitted.yaml").read_text(encoding="utf-8"))
    assumed = yaml.safe_load((HERE / "assumed.yaml").read_text(encoding="utf-8"))
    share = np.array([fitted["ages"]["share_of_list"][sex] for sex in ("1", "2")])
    share /= share.sum()
    rates = {}
    for pod in PODS:
        curve = np.array([assumed["age_curves"][pod][sex] for sex in ("1", "2")])
        rates[pod] = curve / (curve * share).sum() * assumed["rates_per_1000"][pod] / 1000
    weight = np.array([fitted["ages"]["prescribing_weight"][sex] for sex in ("1", "2")])
    return Parameters(fitted, assumed, share, rates, weight / (weight * share).sum())


def log_normal_shape(*, mean: float, variation: float) -> tuple[float, float]:
    """This returns mu and sigma of the log-normal distribution with this mean and coefficient of variation.

    >>> [round(x, 3) for x in log_normal_shape(mean=1.0, variation=1.0)]
    [-0.347, 0.833]
    """
    sigma = float(np.sqrt(np.log1p(variation**2)))
    return float(np.log(mean)) - sigma**2 / 2, sigma


def price_index(starts_in: int) -> float:
    """This returns the made-up price level of a financial year, 2017/18 being 1."""
    index = parameters().assumed["price_index"]
    return float((1 + index["growth_a_year"]) ** (starts_in - int(index["base_year"][:4])))
