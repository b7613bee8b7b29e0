"""The contacts of a block and year written down as rows, accounted for, and disturbed where truths are planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.activity import Events, place_events
from pbc.sources.synthetic.columns import (
    REFERRAL_SOURCES,
    Attendances,
    Spells,
    accident_and_emergency_table,
    admission_methods,
    episode_table,
    outpatient_table,
    referral_table,
)
from pbc.sources.synthetic.costs import stay_pounds, with_market_forces
from pbc.sources.synthetic.parameters import ADMITTED, PODS, Floats, parameters
from pbc.sources.synthetic.people import People
from pbc.sources.synthetic.plants import bill_twice, charge_wrongly, over_refer, repeat_exactly, spare_admissions
from pbc.sources.synthetic.records import Identities, identify
from pbc.sources.synthetic.registers import is_registered
from pbc.sources.synthetic.severity import draw_stays
from pbc.sources.synthetic.tariff import prices_of_year
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.truths import LATE_SHARE
from pbc.sources.synthetic.wording import SPECIALTIES
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
Parts = dict[str, list[tuple[pa.Table, Ints]]]
MAIN_SPECIALTY_SHARE = 0.6
LONGEST_WAIT_DAYS, SHORTEST_WAIT_DAYS = 84, 7
DAYS_AFTER_END = 91
SCRAMBLER, LOW_BITS = np.uint64(2_654_435_761), np.uint64(2**32 - 1)  # multiplicative hashing, by the golden ratio


@dataclass
class Work:
    """What every step of a block-year needs. `next_number` and `person_pounds` grow as rows are written."""

    world: World
    people: People
    year: FinancialYear
    year_position: int
    rng: np.random.Generator
    plant_rng: np.random.Generator
    totals: Totals
    next_number: int
    main_specialty: Floats
    person_pounds: Floats

    def numbers(self, count: int) -> Ints:
        """This returns record numbers not used before, the same whoever works the block."""
        first = self.next_number
        self.next_number += count
        return np.arange(first, first + count, dtype=np.int64)


def write_events(work: Work, parts: Parts, *, events: Events) -> None:
    """This writes the contacts of one point of delivery into the delivery tables."""
    if events.pod in ADMITTED:
        _write_stays(work, parts, events)
    elif events.pod == "AE":
        _write_emergencies(work, parts, events)
    else:
        _write_outpatients(work, parts, events)


def _with_strangers(work: Work, events: Events) -> tuple[Ints, NDArray[np.bool_]]:
    """A few contacts of people on no list here: copies of others, to be given a number that the register does not know."""
    extra = np.flatnonzero(work.rng.random(len(events)) < parameters().assumed["records"]["not_on_register_share"])
    stranger = np.zeros(len(events) + len(extra), dtype=bool)
    stranger[len(events) :] = True
    return np.concatenate([np.arange(len(events)), extra]), stranger


def _account(work: Work, events: Events, pounds: Floats, stranger: NDArray[np.bool_]) -> None:
    held = is_registered(work.people, events.who, day=events.day) & ~stranger
    position, practices = PODS.index(events.pod), work.world.practices
    where, paid = events.practice[held], pounds[held]
    work.totals.realised[work.year_position, position] += np.bincount(where, weights=paid, minlength=practices)
    work.totals.activity[work.year_position, position] += np.bincount(where, minlength=practices)
    work.person_pounds += np.bincount(events.who[held], weights=paid, minlength=len(work.people))


def _write_stays(work: Work, parts: Parts, events: Events) -> None:
    position, stranger = _with_strangers(work, events)
    events = events.take(position)
    sex, world = work.people.sex[events.who], work.world
    stays = draw_stays(work.rng, events.pod, age=events.age, sex=sex)
    pounds = with_market_forces(
        events,
        stay_pounds(events.pod, stays, age=events.age, year=work.year),
        factor_millionths=world.market_forces_millionths,
    )
    method = admission_methods(work.rng, events.pod, age=events.age, sex=sex)
    spells = Spells(
        events.pod, events.who, events.day, events.hospital, events.age, work.numbers(len(events)), method,
        _identities(work, events, stranger), stays, pounds,
    )  # fmt: skip
    if events.pod == "NEL":
        kept = spare_admissions(work.plant_rng, world, totals=work.totals, year=work.year, events=events, pounds=pounds)
        events, spells, stranger = events.take(kept), spells.take(kept), stranger[kept]
    _account(work, events, spells.pounds, stranger)
    spells = bill_twice(work.plant_rng, world, totals=work.totals, year=work.year, spells=spells, numbers=work.numbers)
    table = episode_table(work.rng, work.people, world=world, spells=spells)
    table = repeat_exactly(work.plant_rng, world, totals=work.totals, year=work.year, table=table)
    days = table["discharge_date"].cast(pa.int32()).to_numpy().astype(np.int64)
    numbers = table["spell_number"].cast(pa.int64()).to_numpy()
    parts["admitted_care"].append((table, _delivered(work, days, name="admitted_care", numbers=numbers)))


def _identities(work: Work, events: Events, stranger: NDArray[np.bool_]) -> Identities:
    found = identify(
        work.rng,
        work.people,
        world=work.world,
        who=events.who,
        day=events.day,
        practice=events.practice,
        stranger=stranger,
    )
    return charge_wrongly(
        work.plant_rng, work.world, totals=work.totals, year=work.year, events=events, identities=found
    )


def _write_emergencies(work: Work, parts: Parts, events: Events) -> None:
    position, stranger = _with_strangers(work, events)
    events = events.take(position)
    share = np.cumsum(parameters().assumed["accident_and_emergency_groups"]["share"])
    group = np.minimum(np.searchsorted(share, work.rng.random(len(events)), side="right"), len(share) - 1)
    seen = _attendances(work, events, group, np.zeros(len(events), dtype=np.int64), stranger)
    table = accident_and_emergency_table(work.people, work.world, seen=seen)
    parts["accident_and_emergency"].append(
        (table, _delivered(work, events.day, name="accident_and_emergency", numbers=seen.number))
    )


def _write_outpatients(work: Work, parts: Parts, events: Events) -> None:
    source = _referral_sources(work, len(events))
    events, source = over_refer(
        work.plant_rng, work.world, totals=work.totals, year=work.year, events=events, source=source
    )
    position, stranger = _with_strangers(work, events)
    events, source = events.take(position), source[position]
    seen = _attendances(work, events, _specialties(work, events), source, stranger)
    table = outpatient_table(work.people, work.world, seen=seen)
    parts["outpatients"].append((table, _delivered(work, events.day, name="outpatients", numbers=seen.number)))
    if events.pod == "OPFA":
        _write_referrals(work, parts, seen)


def _referral_sources(work: Work, count: int) -> Ints:
    shares = parameters().assumed["referral_source_share"]
    cumulative = np.cumsum([shares[source] for source in REFERRAL_SOURCES])
    return np.minimum(np.searchsorted(cumulative, work.rng.random(count), side="right"), len(cumulative) - 1)


def _attendances(work: Work, events: Events, group: Ints, source: Ints, stranger: NDArray[np.bool_]) -> Attendances:
    pounds = prices_of_year(work.year)[events.pod][group]
    pounds = with_market_forces(events, pounds, factor_millionths=work.world.market_forces_millionths)
    _account(work, events, pounds, stranger)
    return Attendances(
        events.pod, events.who, events.day, events.hospital, events.age, work.numbers(len(events)),
        _identities(work, events, stranger), group, source,
    )  # fmt: skip


def _specialties(work: Work, events: Events) -> Ints:
    """Most attendances of a person in a year are in one specialty, as pathways are."""
    share = np.cumsum([specialty.share for specialty in SPECIALTIES])
    share = share / share[-1]
    fresh, is_main = work.rng.random((2, len(events)))
    draw = np.where(is_main < MAIN_SPECIALTY_SHARE, work.main_specialty[events.who], fresh)
    return np.minimum(np.searchsorted(share, draw, side="right"), len(share) - 1)


def _write_referrals(work: Work, parts: Parts, seen: Attendances) -> None:
    wait = work.rng.integers(SHORTEST_WAIT_DAYS, LONGEST_WAIT_DAYS, len(seen.who))
    referred = seen.day - wait
    within = np.flatnonzero((referred >= day_number(work.world.start)) & (referred < day_number(work.world.end)))
    table = referral_table(work.world, seen.take(within), referred=referred[within])
    parts["referrals"].append((table, _months(referred[within])))


def write_referrals_not_yet_seen(work: Work, parts: Parts, *, rates: Floats) -> None:
    """This writes the referrals of the last weeks whose attendance falls after the last year."""
    quarter = DAYS_AFTER_END / 365.25
    counts = work.rng.poisson(rates * work.people.illness * quarter)
    events = place_events(work.rng, work.people, world=work.world, year=work.year, pod="OPFA", counts=counts)
    day = day_number(work.world.end) + work.rng.integers(0, DAYS_AFTER_END, len(events))
    events = events.moved_to(day).take(np.flatnonzero(day < work.people.leaves_on[events.who]))
    seen = Attendances(
        "OPFA", events.who, events.day, events.hospital, events.age, work.numbers(len(events)),
        _identities(work, events, np.zeros(len(events), dtype=bool)), _specialties(work, events),
        _referral_sources(work, len(events)),
    )  # fmt: skip
    _write_referrals(work, parts, seen)


def _delivered(work: Work, days: Ints, *, name: str, numbers: Ints) -> Ints:
    """The month, counted from 1970, whose delivery holds each row: its own, or the next for the planted late records.

    A record is late as a whole, by a scramble of its number, so that the episodes of a stay are never parted.
    """
    month, late = _months(days), work.world.plan.late_month
    if late is None:
        return month
    scrambled = (numbers.astype(np.uint64) * SCRAMBLER & LOW_BITS) / float(LOW_BITS)
    chosen = (month == (late.year - 1970) * 12 + late.month - 1) & (scrambled < LATE_SHARE)
    work.totals.plant(f"late_rows.{name}", float(chosen.sum()))
    return np.asarray(month + chosen)


def _months(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months
