"""What is added up over blocks of people: expected and realised cost, lists, needs, and the sizes of planted truths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pbc.sources.synthetic.activity import SEASON, day_table
from pbc.sources.synthetic.costs import expected_stay_pounds
from pbc.sources.synthetic.parameters import ADMITTED, PODS, Floats, parameters
from pbc.sources.synthetic.people import People
from pbc.sources.synthetic.registers import Segments, exposure_years
from pbc.sources.synthetic.tariff import attendance_groups, prices_of_year
from pbc.sources.synthetic.wording import SPECIALTIES
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
COMPONENTS = ("general_acute", "community", "mental_health", "maternity", "prescribing")


@dataclass
class Totals:
    """Sums by [year, practice] (expected and realised by point of delivery too), which add over blocks."""

    expected: Floats
    realised: Floats
    activity: Ints
    person_years: Floats
    list_at_start: Ints
    need_at_start: dict[str, Floats]
    prescribing_weight: Floats
    list_by_month: Ints
    cost_moments: Floats
    planted: dict[str, float] = field(default_factory=dict)

    @classmethod
    def zero(cls, world: World) -> Totals:
        """This returns nothing yet."""
        years, practices, months = len(world.years), world.practices, 12 * len(world.years)
        return cls(
            expected=np.zeros((years, len(PODS), practices)), realised=np.zeros((years, len(PODS), practices)),
            activity=np.zeros((years, len(PODS), practices), dtype=np.int64),
            person_years=np.zeros((years, practices)), list_at_start=np.zeros((years, practices), dtype=np.int64),
            need_at_start={component: np.zeros((years, practices)) for component in COMPONENTS},
            prescribing_weight=np.zeros((months, practices)), list_by_month=np.zeros((months, practices), dtype=np.int64),
            cost_moments=np.zeros((years, 3)),
        )  # fmt: skip

    def add(self, other: Totals) -> None:
        """This adds another block's sums, in block order so that the last bit never depends on who worked."""
        for name in ("expected", "realised", "activity", "person_years", "list_at_start", "prescribing_weight",
                     "list_by_month", "cost_moments"):  # fmt: skip
            getattr(self, name).__iadd__(getattr(other, name))
        for component, need in other.need_at_start.items():
            self.need_at_start[component] += need
        for name, amount in other.planted.items():
            self.plant(name, amount)

    def plant(self, name: str, amount: float) -> None:
        """This adds to the size of a planted truth."""
        self.planted[name] = self.planted.get(name, 0.0) + float(amount)


def mean_factor(world: World) -> Floats:
    """This returns the market forces factor each practice pays on average, by its hospitals."""
    factor = world.market_forces_millionths[world.hospitals_of] / 1_000_000
    return np.asarray((factor * world.hospital_share).sum(axis=1))


def add_expectation(
    totals: Totals, people: People, *, world: World, segments: Segments, year_position: int, rates: Mapping[str, Floats]
) -> None:
    """This adds what the people of a block were expected to cost in a year, and what each list needed on its first day."""
    year = world.years[year_position]
    start, practice = day_number(year.start), segments.practice
    factor = mean_factor(world)
    age = np.maximum(year.starts_in - people.birth_year, 0)
    hospital_need = np.zeros(len(people))
    for position, pod in enumerate(PODS):
        pounds = rates[pod] * expected_pounds(pod, world, age=age, sex=people.sex, year_position=year_position)
        hospital_need += pounds
        chance = np.concatenate([[0.0], day_table(year, SEASON.get(pod, "outpatients"))])
        begin = np.clip(segments.starts - start, 0, len(chance) - 1)
        finish = np.clip(segments.ends - start, 0, len(chance) - 1)
        weight = pounds[segments.person] * np.maximum(chance[finish] - chance[begin], 0)
        totals.expected[year_position, position] += _by_practice(practice, weight, world) * factor
    exposure = exposure_years(segments, start=start, end=day_number(year.end) + 1)
    totals.person_years[year_position] += _by_practice(practice, exposure, world)
    held = (segments.starts <= start) & (segments.ends > start)
    person, where = segments.person[held], practice[held]
    totals.list_at_start[year_position] += np.bincount(where, minlength=world.practices)
    for component, need in _needs(people, world, year.starts_in, hospital_need).items():
        totals.need_at_start[component][year_position] += _by_practice(where, need[person], world)


def expected_pounds(pod: str, world: World, *, age: Ints, sex: Ints, year_position: int) -> Floats:
    """This returns the expected price of one contact, before the market forces factor."""
    year = world.years[year_position]
    if pod in ADMITTED:
        return expected_stay_pounds(pod, age=age, sex=sex, year=year)
    share = np.array([s.share for s in SPECIALTIES])
    if pod == "AE":
        share = np.array(parameters().assumed["accident_and_emergency_groups"]["share"])
    prices = prices_of_year(year)[pod]
    assert len(prices) == len(attendance_groups()[pod][0])
    return np.full(len(age), float((prices * share).sum() / share.sum()))


def _needs(people: People, world: World, starts_in: int, hospital: Floats) -> dict[str, Floats]:
    band, need = people.band(starts_in), world.need[people.home_practice]
    adult = (band >= 2) & (band <= 6)
    return {
        "general_acute": hospital,
        "community": need * np.array([0.8, 0.5, 0.4, 0.5, 0.6, 0.7, 1.0, 1.8, 4.5])[band],
        "mental_health": need**2 * np.where(adult, 1.3, np.where(band > 6, 1.0, 0.3)),
        "maternity": np.where(
            (people.sex == 2) & (band >= 2) & (band <= 4), need * np.array([0, 0, 1.2, 2.2, 0.8, 0, 0, 0, 0])[band], 0.0
        ),
        "prescribing": parameters().prescribing_weight[people.sex - 1, band]
        * world.prescribing_need[people.home_practice],
    }


def add_lists(totals: Totals, people: People, *, world: World, segments: Segments) -> None:
    """This adds each list and its prescribing weight on the first day of every month."""
    weight = parameters().prescribing_weight
    months = [month for year in world.years for month in year.months()]
    for position, month in enumerate(months):
        first = day_number(month.start)
        held = (segments.starts <= first) & (segments.ends > first)
        person, where = segments.person[held], segments.practice[held]
        band = people.band(month.financial_year.starts_in)[person]
        value = weight[people.sex[person] - 1, band] * world.prescribing_need[people.home_practice[person]]
        totals.list_by_month[position] += np.bincount(where, minlength=world.practices)
        totals.prescribing_weight[position] += _by_practice(where, value, world)


def _by_practice(practice: Ints, weight: Floats, world: World) -> Floats:
    return np.bincount(practice, weights=weight, minlength=world.practices).astype(np.float64)
