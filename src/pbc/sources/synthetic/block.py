"""One block of people over all years: everything that happens to them, as tables by month of delivery, and its sums."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.sources.synthetic.activity import draw_events, expected_rates
from pbc.sources.synthetic.contacts import Work, write_events, write_referrals_not_yet_seen
from pbc.sources.synthetic.parameters import Floats
from pbc.sources.synthetic.people import FOREVER, People, make_people
from pbc.sources.synthetic.records import coded, dated, numbered
from pbc.sources.synthetic.registers import Segments, register_people
from pbc.sources.synthetic.totals import Totals, add_expectation, add_lists
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
PEOPLE_IN_A_BLOCK = 60_000
TABLES = ("admitted_care", "outpatients", "accident_and_emergency", "referrals")
NUMBERS_IN_A_BLOCK, NUMBERS_IN_A_YEAR = 100_000_000, 4_000_000


@dataclass
class Block:
    """The finished block: rows of each delivery table with the month each is delivered in, registrations, and sums."""

    registrations: pa.Table
    totals: Totals
    parts: dict[str, list[tuple[pa.Table, Ints]]] = field(default_factory=lambda: {name: [] for name in TABLES})


def block_bounds(world: World) -> list[tuple[int, int]]:
    """This returns the first and last-but-one person of each block; it depends on the number of people alone."""
    return [
        (start, min(start + PEOPLE_IN_A_BLOCK, world.people)) for start in range(0, world.people, PEOPLE_IN_A_BLOCK)
    ]


def make_block(world: World, position: int) -> Block:
    """This returns a block, the same for the same seed and position whatever else is made and wherever it is made."""
    start, stop = block_bounds(world)[position]
    people = make_people(np.random.default_rng([world.seed, 2, position]), world, start=start, stop=stop)
    segments, totals = register_people(people, world), Totals.zero(world)
    block = Block(_registration_table(people, world, segments), totals)
    add_lists(totals, people, world=world, segments=segments)
    for number, year in enumerate(world.years):
        rng = np.random.default_rng([world.seed, 3, position, year.starts_in])
        work = Work(
            world=world, people=people, year=year, year_position=number, rng=rng,
            plant_rng=np.random.default_rng([world.seed, 4, position, year.starts_in]), totals=totals,
            next_number=position * NUMBERS_IN_A_BLOCK + number * NUMBERS_IN_A_YEAR + 1,
            main_specialty=rng.random(len(people)), person_pounds=np.zeros(len(people)),
        )  # fmt: skip
        rates = expected_rates(people, world, year=year)
        add_expectation(totals, people, world=world, segments=segments, year_position=number, rates=rates)
        for events in draw_events(work.rng, people, world=world, year=year, rates=rates).values():
            write_events(work, block.parts, events=events)
        if number == len(world.years) - 1:
            write_referrals_not_yet_seen(work, block.parts, rates=rates["OPFA"])
        totals.cost_moments[number] += _moments(
            people, work.person_pounds, day_number(year.start), day_number(year.end)
        )
    block.parts = {name: [_by_delivery(*part) for part in parts] for name, parts in block.parts.items()}
    return block


def _moments(people: People, pounds: Floats, first: int, last: int) -> Floats:
    here = np.count_nonzero((people.leaves_on > first) & (people.arrives_on <= last))
    return np.array([float(here), float(pounds.sum()), float((pounds**2).sum())])


def _by_delivery(table: pa.Table, month: Ints) -> tuple[pa.Table, Ints]:
    order = np.argsort(month, kind="stable")
    return table.take(pa.array(order)), month[order]


def _registration_table(people: People, world: World, segments: Segments) -> pa.Table:
    who, open_ended = segments.person, segments.ends >= FOREVER
    return pa.table({
        "nhs_number": numbered(people.nhs_number[who]),
        "practice_code": coded(segments.practice, world.practice_codes),
        "starts_on": dated(segments.starts),
        "ends_before": pa.array(np.where(open_ended, 0, segments.ends).astype(np.int32), mask=open_ended).cast(pa.date32()),
        "birth_year": pa.array(people.birth_year[who].astype(np.int32)),
        "sex": coded(people.sex[who] - 1, ["1", "2"]),
    })  # fmt: skip
