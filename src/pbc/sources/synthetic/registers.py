"""Who was on which list when: registrations of a block of people, the practice at a date, and exposure by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pbc.sources.synthetic.parameters import Floats
from pbc.sources.synthetic.people import FOREVER, People
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Segments:
    """Registrations as half-open periods in days; `person` is the position in the block."""

    person: Ints
    practice: Ints
    starts: Ints
    ends: Ints


def register_people(people: People, world: World) -> Segments:
    """This returns the registrations of a block: one or two a person, split where a practice is taken over."""
    everyone = np.arange(len(people), dtype=np.int64)
    moved = people.moves_on < FOREVER
    first_end = np.where(moved, np.minimum(people.moves_on - people.gap_days, people.leaves_on), people.leaves_on)
    person = np.concatenate([everyone, everyone[moved]])
    practice = np.concatenate([people.first_practice, people.second_practice[moved]])
    starts = np.concatenate([people.registered_from, people.moves_on[moved]])
    ends = np.concatenate([first_end, people.leaves_on[moved]])
    if world.plan.merger_on is not None:
        merger = day_number(world.plan.merger_on)
        taken = (practice == world.plan.absorbed) & (ends > merger)
        person = np.concatenate([person, person[taken]])
        practice = np.concatenate([practice, np.full(int(taken.sum()), world.plan.survivor)])
        starts, later = np.concatenate([starts, np.maximum(starts[taken], merger)]), ends[taken]
        ends = np.concatenate([np.where(taken, merger, ends), later])
    real = starts < ends
    order = np.lexsort((starts[real], person[real]))
    return Segments(person[real][order], practice[real][order], starts[real][order], ends[real][order])


def practice_on(people: People, world: World, *, who: Ints, day: Ints) -> Ints:
    """This returns the practice that holds or last held each person on a day."""
    practice = np.where(day >= people.moves_on[who], people.second_practice[who], people.first_practice[who])
    return taken_over(world, practice, day=day)


def taken_over(world: World, practice: Ints, *, day: Ints) -> Ints:
    """This returns the practices with one that was taken over replaced by its successor from that day on."""
    if world.plan.merger_on is None:
        return practice
    gone = (practice == world.plan.absorbed) & (day >= day_number(world.plan.merger_on))
    return np.where(gone, world.plan.survivor, practice)


def is_registered(people: People, who: Ints, *, day: Ints) -> NDArray[np.bool_]:
    """This returns whether each person is on any list on a day: not before a late registration, nor between two practices."""
    moving = (day < people.moves_on[who]) & (day >= people.moves_on[who] - people.gap_days[who])
    return (day >= people.registered_from[who]) & (day < people.leaves_on[who]) & ~moving


def exposure_years(segments: Segments, *, start: int, end: int) -> Floats:
    """This returns the share of a year from day `start` to before day `end` that each registration covers."""
    held = np.minimum(segments.ends, end) - np.maximum(segments.starts, start)
    years: Floats = np.maximum(held, 0) / (end - start)
    return years
