"""The made-up tariff: price groups beginning ZZ, graded within chapters, with prices for any financial year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.parameters import ADMITTED, Floats, parameters, price_index
from pbc.sources.synthetic.wording import SPECIALTIES

CHAPTERS = tuple("ABCDEFGHJKLMNPSVWY")
LEVELS, LOWEST_POUNDS, HIGHEST_POUNDS = 16, 120.0, 20_000.0
INTENSIVE_LEVELS, INTENSIVE_LOWEST, INTENSIVE_HIGHEST = 12, 6_000.0, 260_000.0
POD_FACTOR = {"NEL": 1.0, "NELNE": 1.0, "EL": 0.96, "DC": 0.86}
SHORT_STAY_BY_MEAN_STAY = ((2.0, 100), (3.5, 70), (6.0, 45), (np.inf, 25))
TOP_UP = {"A": 13, "P": 12}
SOURCE = "made up"
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """Admitted price groups in order of chapter and level, at the price level of 2017/18."""

    codes: list[str]
    pounds: dict[str, Floats]
    trim: dict[str, Ints]
    mean_stay: Floats
    short_stay_percent: Ints
    excess_day_pounds: Floats
    top_up_percent: Ints


@cache
def admitted_groups() -> Groups:
    """This returns the 300 admitted price groups: 18 chapters of 16 levels, and 12 of intensive or very rare care."""
    grid = np.geomspace(LOWEST_POUNDS, HIGHEST_POUNDS, LEVELS)
    tilt = np.linspace(0.86, 1.16, len(CHAPTERS))
    ordinary = (tilt[:, None] * grid).ravel()
    intensive = np.geomspace(INTENSIVE_LOWEST, INTENSIVE_HIGHEST, INTENSIVE_LEVELS)
    base = np.concatenate([ordinary, intensive])
    letters = [*(c for c in CHAPTERS for _ in range(LEVELS)), *("X" for _ in intensive)]
    steps = [*(level + 1 for _ in CHAPTERS for level in range(LEVELS)), *range(1, INTENSIVE_LEVELS + 1)]
    stay = 0.35 * (base / 300.0) ** 0.78
    percent = np.array([next(p for limit, p in SHORT_STAY_BY_MEAN_STAY if m < limit) for m in stay], dtype=np.int64)
    trim = np.clip(np.rint(3.2 * stay + 4), 5, 120).astype(np.int64)
    return Groups(
        codes=[f"ZZ{letter}{step:02d}" for letter, step in zip(letters, steps, strict=True)],
        pounds={pod: np.rint(base * factor) for pod, factor in POD_FACTOR.items()},
        trim={"NEL": trim, "NELNE": trim, "EL": np.maximum(5, (trim * 0.6).astype(np.int64)), "DC": trim * 0 + 5},
        mean_stay=stay,
        short_stay_percent=percent,
        excess_day_pounds=np.where(np.arange(len(base)) % 3 == 0, 360.0, 330.0),
        top_up_percent=np.array(
            [TOP_UP.get(c, 0) if s >= LEVELS - 3 else 0 for c, s in zip(letters, steps, strict=True)]
        ),
    )


@cache
def attendance_groups() -> dict[str, tuple[list[str], Floats]]:
    """This returns codes and prices at 2017/18 of outpatient groups by specialty, and of the eleven A&E groups."""
    assumed = parameters().assumed
    share = np.array([s.share for s in SPECIALTIES])
    relative = np.array([s.relative_price for s in SPECIALTIES])
    relative = relative / (relative * share).sum() * share.sum()
    groups = {
        pod: (
            [f"ZZO{letter}{s.code}" for s in SPECIALTIES],
            np.rint(relative * assumed["outpatient_pounds"][pod]),
        )
        for pod, letter in (("OPFA", "F"), ("OPFUP", "U"), ("OPPROC", "P"))
    }
    bands = assumed["accident_and_emergency_groups"]
    price, part = np.array(bands["relative_price"]), np.array(bands["share"])
    price = price / (price * part).sum() * assumed["accident_and_emergency_pounds"]
    return {**groups, "AE": ([f"ZZE{band:02d}" for band in range(1, len(price) + 1)], np.rint(price))}


def prices_of_year(year: FinancialYear) -> dict[str, Floats]:
    """This returns whole pounds by point of delivery, in the order of the groups, at the price level of a year."""
    index = price_index(year.starts_in)
    admitted = {pod: np.rint(admitted_groups().pounds[pod] * index) for pod in ADMITTED}
    return admitted | {pod: np.rint(pounds * index) for pod, (_, pounds) in attendance_groups().items()}


def excess_day_prices(year: FinancialYear) -> Floats:
    """This returns whole pounds per day beyond the trim point, in the order of the admitted groups."""
    return np.rint(admitted_groups().excess_day_pounds * price_index(year.starts_in))


def tariff_rows(year: FinancialYear) -> list[dict[str, object]]:
    """This returns the rows of the table tariff_prices of a year."""
    groups, prices, daily = admitted_groups(), prices_of_year(year), excess_day_prices(year)
    rows: list[dict[str, object]] = []
    for pod in ADMITTED:
        for i, code in enumerate(groups.codes):
            reducible = pod == "NEL" and int(groups.short_stay_percent[i]) < 100
            rows.append(
                _row(year, code, pod, prices[pod][i])
                | {
                    "trim_point_days": int(groups.trim[pod][i]),
                    "excess_day_price_pence": int(daily[i]) * 100,
                    "is_short_stay_reducible": reducible,
                    "short_stay_percent": int(groups.short_stay_percent[i]) if reducible else 100,
                    "top_up_percent": int(groups.top_up_percent[i]),
                }
            )
    for pod, (codes, _) in attendance_groups().items():
        rows += [_row(year, code, pod, pounds) for code, pounds in zip(codes, prices[pod], strict=True)]
    return rows


def _row(year: FinancialYear, code: str, pod: str, pounds: float) -> dict[str, object]:
    return {
        "financial_year": year.slug,
        "hrg_code": code,
        "point_of_delivery": pod,
        "grouper_version": "ZZ-1",
        "price_pence": int(pounds) * 100,
        "trim_point_days": None,
        "excess_day_price_pence": None,
        "is_short_stay_reducible": False,
        "short_stay_percent": 100,
        "top_up_percent": 0,
        "source": SOURCE,
    }
