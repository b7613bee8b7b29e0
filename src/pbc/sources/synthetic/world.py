"""The made-up organisations: practices with their lists and needs, clusters, hospitals, and who belongs to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc.sources.synthetic.parameters import Floats, parameters
from pbc.sources.synthetic.truths import FEWEST_PRACTICES, NOBODY, Plan, plan_truths

EPOCH = date(1970, 1, 1)
HOSPITALS_OF_A_PRACTICE = 3
SMALLEST_LIST = 900
UNDER_A_THOUSAND = 350  # at the start: newcomers make it grow, and after three years it is still under a thousand
Ints = NDArray[np.int64]


def day_number(day: date) -> int:
    """This returns days since 1970, as the records carry dates.

    >>> day_number(date(1970, 2, 1))
    31
    """
    return (day - EPOCH).days


@dataclass(frozen=True)
class World:
    """Everything about the made-up place that is decided before any person is born. Arrays are in order of practice."""

    seed: int
    regime: str
    years: tuple[FinancialYear, ...]
    people: int
    practice_codes: list[str]
    cluster_codes: list[str]
    hospital_codes: list[str]
    commissioner_codes: list[str]
    cluster_of: Ints
    commissioner_of: Ints
    list_sizes: Ints
    need: Floats
    prescribing_need: Floats
    age_tilt: Floats
    formula_error: Floats
    hospitals_of: Ints
    hospital_share: Floats
    market_forces_millionths: Ints
    plan: Plan

    @property
    def start(self) -> date:
        """The first day of the first year."""
        return self.years[0].start

    @property
    def end(self) -> date:
        """The day after the last day of the last year."""
        return self.years[-1].end + timedelta(days=1)

    @property
    def practices(self) -> int:
        """How many practices there are."""
        return len(self.practice_codes)


@dataclass(frozen=True)
class Sizes:
    """How many there are of each."""

    people: int
    practices: int
    clusters: int
    hospitals: int
    commissioners: int = 1


def build_world(sizes: Sizes, *, seed: int, regime: str, years: tuple[FinancialYear, ...], plant: bool) -> World:
    """This returns the made-up organisations for a seed; the same seed gives the same place."""
    _require_sizes(sizes, years)
    people, practices, clusters, hospitals = sizes.people, sizes.practices, sizes.clusters, sizes.hospitals
    rng = np.random.default_rng([seed, 1])
    assumed = parameters().assumed["lists"]
    lists = _list_sizes(rng, people, practices)
    cluster_of = np.arange(practices, dtype=np.int64) * clusters // practices
    commissioner_of = cluster_of * sizes.commissioners // clusters
    need = np.exp(rng.normal(0, assumed["need_log_spread_beyond_age"], practices))
    need /= (need * lists).sum() / lists.sum()
    prescribing = need * np.exp(rng.normal(0, 0.06, practices))
    prescribing /= (prescribing * lists).sum() / lists.sum()
    hospitals_of, share = _hospital_shares(rng, practices, hospitals)
    old = regime == "england-2005"
    return _with_unusual_need(World(
        seed=seed, regime=regime, years=years, people=people,
        practice_codes=[f"Z{90001 + i:05d}" for i in range(practices)],
        cluster_codes=[f"ZC{i + 1:02d}" if old else f"ZN{i + 1:02d}" for i in range(clusters)],
        hospital_codes=[f"ZH{i + 1}" for i in range(hospitals)],
        commissioner_codes=[f"ZP{i + 1}" if old else f"ZI{i + 1}" for i in range(sizes.commissioners)],
        cluster_of=cluster_of, commissioner_of=commissioner_of, list_sizes=lists, need=need, prescribing_need=prescribing,
        age_tilt=rng.normal(0, assumed["age_tilt_spread"], practices),
        formula_error=np.exp(rng.normal(0, assumed["formula_error_spread"], practices)),
        hospitals_of=hospitals_of, hospital_share=share,
        market_forces_millionths=np.rint(np.linspace(1.08, 1.0, hospitals) * 10_000).astype(np.int64) * 100,
        plan=plan_truths(rng, sizes=lists, cluster_of=cluster_of, hospitals=hospitals, years=years, plant=plant),
    ))  # fmt: skip


def _with_unusual_need(world: World) -> World:
    """Students need less than others of their age, residents of care homes more: so the two planted lists stand out."""
    assumed, need, prescribing = parameters().assumed["lists"], world.need.copy(), world.prescribing_need.copy()
    for practice, factor in (
        (world.plan.university, assumed["student_need"]),
        (world.plan.care_home, assumed["resident_need"]),
    ):
        if practice != NOBODY:
            need[practice] *= factor
            prescribing[practice] *= factor
    return replace(world, need=need, prescribing_need=prescribing)


def _require_sizes(sizes: Sizes, years: tuple[FinancialYear, ...]) -> None:
    if not (1 <= sizes.commissioners <= sizes.clusters <= sizes.practices <= 9_999 and sizes.hospitals >= 1 and years):
        raise RefusedInput(
            "These sizes do not make a place.",
            found=f"{sizes}, {len(years)} years",
            expected="1 to 9,999 practices, no more clusters than practices nor commissioners than clusters, a hospital and a year",
        )
    if sizes.people < 100 * sizes.practices or sizes.people * (1 + 0.05 * len(years)) > 85_000_000:
        raise RefusedInput(
            "This many people cannot be shared among the practices.",
            found=f"{sizes.people:,} people, {sizes.practices:,} practices, {len(years)} years",
            expected="at least 100 people a practice, and with those who join not more than 85 million",
        )
    if any(later != earlier.plus(1) for earlier, later in pairwise(years)):
        raise RefusedInput("The years must follow each other.", found=", ".join(str(year) for year in years))


def _list_sizes(rng: np.random.Generator, people: int, practices: int) -> Ints:
    spread = parameters().fitted["ages"]["list_size_log_spread"]
    weight = np.exp(np.clip(rng.normal(0, spread, practices), -1.6, 1.6))
    smallest = min(SMALLEST_LIST, people // (2 * practices))
    sizes: Ints = smallest + np.floor(weight / weight.sum() * (people - smallest * practices)).astype(np.int64)
    sizes[: people - int(sizes.sum())] += 1
    small, large = int(sizes.argmin()), int(sizes.argmax())
    if (
        practices >= FEWEST_PRACTICES and sizes[small] > UNDER_A_THOUSAND
    ):  # so that every place has a list too small to judge
        sizes[large] += sizes[small] - UNDER_A_THOUSAND
        sizes[small] = UNDER_A_THOUSAND
    return sizes


def _hospital_shares(rng: np.random.Generator, practices: int, hospitals: int) -> tuple[Ints, Floats]:
    nearest = np.arange(practices, dtype=np.int64) * hospitals // practices
    offered = min(HOSPITALS_OF_A_PRACTICE, hospitals)
    near = (nearest[:, None] + np.arange(offered)) % hospitals
    share = np.array([0.76, 0.16, 0.08][:offered]) * np.exp(rng.normal(0, 0.25, (practices, offered)))
    return near, share / share.sum(axis=1, keepdims=True)
