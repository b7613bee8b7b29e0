"""What happens to a block of people in a year: stays, attendances and the referrals that lead to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.parameters import EMERGENCY_LIKE, PODS, Floats, parameters
from pbc.sources.synthetic.people import People
from pbc.sources.synthetic.registers import practice_on
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
SEASON = {"NEL": "emergency", "NELNE": "emergency", "AE": "emergency", "EL": "planned", "DC": "planned"}


@dataclass(frozen=True)
class Events:
    """Contacts of one point of delivery: who, on which day, from which practice, at which hospital (positions)."""

    pod: str
    who: Ints
    day: Ints
    practice: Ints
    hospital: Ints
    age: Ints

    def __len__(self) -> int:
        return len(self.who)

    def take(self, position: Ints) -> Events:
        """This returns the contacts at these positions, in that order."""
        return Events(
            self.pod, self.who[position], self.day[position], self.practice[position], self.hospital[position],
            self.age[position],
        )  # fmt: skip

    def moved_to(self, day: Ints) -> Events:
        """This returns the contacts on other days."""
        return replace(self, day=day)


@cache
def day_table(year: FinancialYear, season: str) -> Floats:
    """This returns the cumulative chance that an event of a year falls on or before each of its days."""
    relative = parameters().fitted["months"]["season"][season]
    weight = [w for month, w in zip(year.months(), relative, strict=True) for _ in range(month.end.day)]
    cumulative: Floats = np.cumsum(np.array(weight, dtype=np.float64))
    return np.asarray(cumulative / cumulative[-1])


def growth(pod: str, *, year: FinancialYear, world: World) -> float:
    """This returns how much higher the rate of a kind of activity is than in the first year."""
    yearly = parameters().fitted["months"]["growth_a_year"][parameters().assumed["growth"][pod]]
    return float((1 + yearly) ** (year.starts_in - world.years[0].starts_in))


def expected_rates(people: People, world: World, *, year: FinancialYear) -> dict[str, Floats]:
    """This returns each person's expected contacts in a whole year by age, sex and need, knowing nothing of their luck."""
    band, need = people.band(year.starts_in), world.need[people.home_practice]
    return {
        pod: parameters().rates[pod][people.sex - 1, band] * need * growth(pod, year=year, world=world) for pod in PODS
    }


def draw_events(
    rng: np.random.Generator, people: People, *, world: World, year: FinancialYear, rates: dict[str, Floats]
) -> dict[str, Events]:
    """This returns the contacts of a year by point of delivery: counts are gamma-mixed, so some people have many."""
    variance = parameters().assumed["heterogeneity"]["year_variance"]
    luck = {kind: people.illness * rng.gamma(1 / float(v), float(v), len(people)) for kind, v in variance.items()}
    return {
        pod: place_events(
            rng, people, world=world, year=year, pod=pod,
            counts=rng.poisson(rates[pod] * luck["emergency" if pod in EMERGENCY_LIKE else "planned"]),
        )
        for pod in PODS
    }  # fmt: skip


def place_events(
    rng: np.random.Generator, people: People, *, world: World, year: FinancialYear, pod: str, counts: Ints
) -> Events:
    """This returns the counted contacts, each with its day and hospital, those outside the person's presence left out."""
    who = np.repeat(np.arange(len(people), dtype=np.int64), counts)
    table = day_table(year, SEASON.get(pod, "outpatients"))
    offset = np.searchsorted(table, rng.random(len(who)), side="right")
    day = day_number(year.start) + np.minimum(offset, len(table) - 1)
    choice = rng.random(len(who))
    present = (day >= people.arrives_on[who]) & (day < people.leaves_on[who])
    who, day, choice = who[present], day[present], choice[present]
    practice = practice_on(people, world, who=who, day=day)
    cumulative = np.cumsum(world.hospital_share, axis=1)[practice]
    slot = np.minimum((choice[:, None] > cumulative).sum(axis=1), cumulative.shape[1] - 1)
    return Events(pod, who, day, practice, world.hospitals_of[practice, slot], age_on(people, who, day=day))


def age_on(people: People, who: Ints, *, day: Ints) -> Ints:
    """This returns whole years of age on a day, birthdays taken as the first of the month."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    born = (people.birth_year[who] - 1970) * 12 + people.birth_month[who] - 1
    return np.asarray(np.clip((months - born) // 12, 0, 120))
