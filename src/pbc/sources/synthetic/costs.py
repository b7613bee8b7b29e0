"""What the made-up contacts cost at the made-up tariff, in pounds: for the truths, never for a statement."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.activity import Events
from pbc.sources.synthetic.parameters import ADMITTED, Floats
from pbc.sources.synthetic.severity import ADULT, Stays, draw_stays
from pbc.sources.synthetic.tariff import admitted_groups, excess_day_prices, prices_of_year

Ints = NDArray[np.int64]
CALIBRATION_STAYS = 300_000
SHORT_NIGHTS = 2


def stay_pounds(pod: str, stays: Stays, *, age: Ints, year: FinancialYear) -> Floats:
    """This returns the price of each stay before the market forces factor: base or short stay, excess days, top-up."""
    groups = admitted_groups()
    nights = stays.nights - stays.unpaid
    percent = np.full(len(nights), 100)
    if pod == "NEL":
        short = (age >= ADULT) & (stays.nights < SHORT_NIGHTS)
        percent = np.where(short, groups.short_stay_percent[stays.group], 100)
    base = prices_of_year(year)[pod][stays.group] * percent / 100
    excess = np.maximum(nights - groups.trim[pod][stays.group], 0) * excess_day_prices(year)[stays.group]
    pounds: Floats = (base + excess) * (1 + groups.top_up_percent[stays.group] / 100)
    return pounds


def with_market_forces(events: Events, pounds: Floats, *, factor_millionths: Ints) -> Floats:
    """This returns prices times the factor of each hospital."""
    return pounds * factor_millionths[events.hospital] / 1_000_000


@cache
def mean_stay_pounds(pod: str, year: FinancialYear) -> dict[str, float]:
    """This returns the expected price of a stay for children, other men and women of child-bearing age, found by drawing many.

    One fixed draw serves every world, so that expectation is the same number everywhere. Its own error is about a quarter
    of one percent for emergency stays.
    """
    found = {}
    for kind, (age, sex) in KINDS.items():
        rng = np.random.default_rng([20_090_401, ADMITTED.index(pod), len(kind)])
        ages, sexes = np.full(CALIBRATION_STAYS, age), np.full(CALIBRATION_STAYS, sex)
        found[kind] = float(stay_pounds(pod, draw_stays(rng, pod, age=ages, sex=sexes), age=ages, year=year).mean())
    return found


KINDS = {"child": (10, 1), "youth": (17, 1), "adult": (50, 1), "woman": (30, 2)}


def expected_stay_pounds(pod: str, *, age: Ints, sex: Ints, year: FinancialYear) -> Floats:
    """This returns the expected price of a stay for people of these ages and sexes, before the market forces factor."""
    mean = mean_stay_pounds(pod, year)
    woman = (sex == 2) & (age >= 14) & (age < 50)
    grown = np.where(age < ADULT, mean["youth"], np.where(woman, mean["woman"], mean["adult"]))
    return np.where(age < 16, mean["child"], grown)
