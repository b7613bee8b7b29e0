"""A block of made-up people: birth, sex, where they are registered and when, and how ill they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbc.sources.synthetic.nhs_numbers import made_up_nhs_numbers
from pbc.sources.synthetic.parameters import BAND_STARTS, Floats, parameters
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
FOREVER = 4_000_000
GAP_SHARE, LONGEST_GAP_DAYS = 0.12, 25
STUDENTS = np.array([0.05, 0.03, 20.0, 2.0, 0.15, 0.06, 0.05, 0.03, 0.02])
RESIDENTS = np.array([0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.8, 3.0, 40.0])


@dataclass(frozen=True)
class People:
    """A block of people. Days count from 1970. A person is registered with `first_practice` from `registered_from`,
    with `second_practice` from `moves_on`; the first registration ends `gap_days` before. `leaves_on` ends either."""

    nhs_number: Ints
    birth_year: Ints
    birth_month: Ints
    sex: Ints
    home_practice: Ints
    first_practice: Ints
    second_practice: Ints
    arrives_on: Ints
    registered_from: Ints
    moves_on: Ints
    gap_days: Ints
    leaves_on: Ints
    illness: Floats

    def __len__(self) -> int:
        return len(self.nhs_number)

    def band(self, starts_in: int) -> Ints:
        """This returns the age band of each person in the middle of a financial year."""
        return np.searchsorted(BAND_STARTS, np.maximum(starts_in - self.birth_year, 0), side="right") - 1


def arrivals_allowed(start: int, stop: int, *, world: World) -> int:
    """This returns how many people join a block over all years: fixed, so that NHS numbers never depend on the draw."""
    lists = parameters().assumed["lists"]
    return int((stop - start) * len(world.years) * (lists["arrives_share"] + lists["births_share"]))


def make_people(rng: np.random.Generator, world: World, *, start: int, stop: int) -> People:
    """This returns the people numbered `start` to `stop` at the beginning, and those who join them over the years."""
    joining = arrivals_allowed(start, stop, world=world)
    offset = start + arrivals_allowed(0, start, world=world)
    bounds = np.cumsum(world.list_sizes)
    at_start = np.searchsorted(bounds, np.arange(start, stop), side="right")
    joined = at_start[rng.integers(0, stop - start, joining)] if joining else at_start[:0]
    home = np.concatenate([at_start, joined])
    n = len(home)
    first_day, last_day = day_number(world.start), day_number(world.end)
    arrives = np.concatenate(
        [np.full(stop - start, first_day - 36_500), np.sort(rng.integers(first_day, last_day, joining))]
    )
    birth_year, birth_month, sex = _births(rng, world, home, joining, arrives)
    leaves = _leaving(rng, birth_year, arrives, first_day, last_day)
    moves, second = _moves(rng, world, home, arrives, leaves, first_day, last_day)
    late = (arrives >= first_day) & (rng.random(n) < parameters().assumed["lists"]["late_registration_share"])
    earlier = first_day - rng.integers(30, 9_000, n)
    born = ((birth_year - 1970) * 365.2425).astype(np.int64) + (birth_month - 1) * 30 + 15
    registered = np.where(arrives < first_day, np.maximum(earlier, np.minimum(born, first_day)), arrives)
    return People(
        nhs_number=made_up_nhs_numbers(np.arange(offset, offset + n, dtype=np.int64)),
        birth_year=birth_year, birth_month=birth_month, sex=sex, home_practice=home, first_practice=home,
        second_practice=second, arrives_on=np.maximum(arrives, registered),
        registered_from=registered + np.where(late, rng.integers(5, 45, n), 0), moves_on=moves,
        gap_days=np.where((moves < FOREVER) & (rng.random(n) < GAP_SHARE), rng.integers(1, LONGEST_GAP_DAYS, n), 0),
        leaves_on=leaves, illness=rng.gamma(1 / _variance(), _variance(), n),
    )  # fmt: skip


def _variance() -> float:
    return float(parameters().assumed["heterogeneity"]["person_variance"])


def _births(
    rng: np.random.Generator, world: World, home: Ints, joining: int, arrives: Ints
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    n = len(home)
    cell = _age_sex_cells(rng, world, home)
    sex, band = cell // 9 + 1, cell % 9
    width = np.append(np.diff(BAND_STARTS), 12)[band]
    age = BAND_STARTS[band] + (rng.random(n) * width).astype(np.int64)
    oldest = band == 8
    age[oldest] = 75 + np.minimum(rng.exponential(7.5, int(oldest.sum())).astype(np.int64), 29)
    reference = np.full(n, world.years[0].starts_in)
    month = rng.integers(1, 13, n)
    birth_year = reference - age - (month > 4)
    if joining:
        newcomers = slice(n - joining, n)
        own_ages = np.isin(home[newcomers], [world.plan.university, world.plan.care_home])
        lists = parameters().assumed["lists"]
        born_here = lists["births_share"] / (lists["births_share"] + lists["arrives_share"])
        is_birth = (rng.random(joining) < born_here) & ~own_ages
        when = arrives[newcomers].astype("datetime64[D]")
        year = when.astype("datetime64[Y]").astype(np.int64) + 1970
        month_of = when.astype("datetime64[M]").astype(np.int64) % 12 + 1
        young = np.where(own_ages, age[newcomers], np.clip(rng.normal(29, 13, joining), 0, 90).astype(np.int64))
        birth_year[newcomers] = np.where(is_birth, year, year - 1 - young)
        month[newcomers] = np.where(is_birth, month_of, month[newcomers])
    return birth_year, month, sex


def _age_sex_cells(rng: np.random.Generator, world: World, home: Ints) -> Ints:
    """Older and younger lists are tilted copies of the standard age structure; two planted lists have their own."""
    first, last = int(home.min()), int(home.max())
    middle = np.arange(9) - 4.0
    cells = np.empty(len(home), dtype=np.int64)
    draw = rng.random(len(home))
    for practice in range(first, last + 1):
        share = parameters().age_sex_share * np.exp(world.age_tilt[practice] * middle / 2)
        if practice == world.plan.university:
            share = parameters().age_sex_share * STUDENTS
        if practice == world.plan.care_home:
            share = parameters().age_sex_share * RESIDENTS
        here = home == practice
        cumulative = np.cumsum(share.ravel() / share.sum())
        cells[here] = np.minimum(np.searchsorted(cumulative, draw[here], side="right"), 17)
    return cells


def _leaving(rng: np.random.Generator, birth_year: Ints, arrives: Ints, first_day: int, last_day: int) -> Ints:
    """Leaving is to elsewhere at an even hazard, or death at one that doubles about every seven and a half years."""
    age = np.maximum(first_day // 365 + 1970 - birth_year, 0)
    hazard = parameters().assumed["lists"]["leaves_share"] + np.minimum(
        0.00025 * np.exp(0.092 * np.maximum(age - 25, 0)), 0.5
    )
    wait = rng.exponential(1, len(age)) / hazard * 365.25
    leaves = np.maximum(arrives, first_day) + 1 + np.minimum(wait, 1e6).astype(np.int64)
    return np.where(leaves < last_day, leaves, FOREVER)


def _moves(
    rng: np.random.Generator, world: World, home: Ints, arrives: Ints, leaves: Ints, first_day: int, last_day: int
) -> tuple[Ints, Ints]:  # fmt: skip
    n = len(home)
    hazard = parameters().assumed["lists"]["moves_within_share"]
    wait = (rng.exponential(1, n) / hazard * 365.25).astype(np.int64)
    moves = np.maximum(arrives, first_day) + 60 + wait
    reach = min(6, world.practices - 1)
    step = rng.integers(1, reach + 1, n) if reach else np.zeros(n, dtype=np.int64)
    second = (home + np.where(rng.random(n) < 0.5, step, -step)) % world.practices
    moving = (moves < last_day - 1) & (moves < leaves - 30) & (second != home)
    return np.where(moving, moves, FOREVER), np.where(moving, second, home)
