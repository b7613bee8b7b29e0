"""Contacts written down as hospitals would: numbers, codes, the practice recorded, and the slips of the pen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.sources.synthetic.nhs_numbers import CAPACITY, made_up_nhs_numbers, spoilt
from pbc.sources.synthetic.parameters import parameters
from pbc.sources.synthetic.people import FOREVER, People
from pbc.sources.synthetic.tariff import CHAPTERS, admitted_groups
from pbc.sources.synthetic.wording import DIAGNOSES, MIX_OF_DIAGNOSES, PROCEDURES, SPECIALTY_OF_CHAPTER
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
STRANGERS = 1_000_000  # the last NHS numbers of the range are people on no list here
UNKNOWN_PRACTICES = ("Z99991", "Z99992", "Z99993", "Z99994", "Z99995")
STALE_DAYS, STALE_SHARE_AFTER_MOVE, MERGER_STALE_DAYS = 120, 0.5, 90
NOT_WRITTEN = -1


@dataclass(frozen=True)
class Identities:
    """What identifies the patient of each row: NHS number with a mask of missing ones, practice as recorded (position)."""

    nhs_number: Ints
    is_missing: Flags
    practice: Ints

    def take(self, position: Ints) -> Identities:
        """This returns the identities at these positions."""
        return Identities(self.nhs_number[position], self.is_missing[position], self.practice[position])


def identify(
    rng: np.random.Generator, people: People, *, world: World, who: Ints, day: Ints, practice: Ints, stranger: Flags
) -> Identities:
    """This returns identities as written down: mostly right, sometimes a spoilt number, an old or unknown practice."""
    shares = parameters().assumed["records"]
    n = len(who)
    number = people.nhs_number[who]
    number = np.where(stranger, made_up_nhs_numbers(CAPACITY - 1 - rng.integers(0, STRANGERS, n)), number)
    slip = rng.random(n)
    invalid, missing_share = shares["nhs_number_invalid_share"], shares["nhs_number_missing_share"]
    number = np.where(slip < invalid, spoilt(number), number)
    missing = (slip >= invalid) & (slip < invalid + missing_share)
    recorded = _recorded_practice(rng, people, world, who, day, practice)
    unknown = (rng.random(n) < shares["unknown_practice_share"]) | (stranger & (rng.random(n) < 0.5))
    unknown |= missing & (rng.random(n) < 0.1)
    recorded = np.where(unknown, world.practices + rng.integers(0, len(UNKNOWN_PRACTICES), n), recorded)
    return Identities(number, missing, np.where(rng.random(n) < 0.002, NOT_WRITTEN, recorded))


def _recorded_practice(
    rng: np.random.Generator, people: People, world: World, who: Ints, day: Ints, practice: Ints
) -> Ints:
    since_move = day - people.moves_on[who]
    stale = (since_move >= 0) & (since_move < STALE_DAYS) & (rng.random(len(who)) < STALE_SHARE_AFTER_MOVE)
    recorded = np.where(stale & (people.moves_on[who] < FOREVER), people.first_practice[who], practice)
    elsewhere = rng.random(len(who)) < parameters().assumed["records"]["stale_practice_share"]
    recorded = np.where(elsewhere, (practice + rng.integers(1, 8, len(who))) % world.practices, recorded)
    plan, chance = world.plan, rng.random(len(who))
    if plan.merger_on is not None:
        since = day - day_number(plan.merger_on)
        habit = (practice == plan.survivor) & (people.home_practice[who] == plan.absorbed)
        recorded = np.where(
            habit & (since >= 0) & (since < MERGER_STALE_DAYS) & (chance < 0.3), plan.absorbed, recorded
        )
    return recorded


@dataclass(frozen=True)
class Words:
    """The code lists that row positions point into."""

    practices: list[str]
    diagnoses: list[str]
    procedures: list[str]
    specialties: list[str]


@cache
def _chapter_words() -> tuple[list[str], list[str], list[str]]:
    letters = [*CHAPTERS, "X"]
    diagnoses = [code.replace(".", "") for letter in letters for code in DIAGNOSES[letter]]
    procedures = [PROCEDURES[letter].replace(".", "") for letter in letters]
    return diagnoses, procedures, [SPECIALTY_OF_CHAPTER[letter] for letter in letters]


def words_of(world: World) -> Words:
    """This returns the code lists for a world; practices end with codes that no register knows."""
    return Words([*world.practice_codes, *UNKNOWN_PRACTICES], *_chapter_words())


@cache
def chapter_of_group() -> Ints:
    """This returns the chapter position of each admitted price group."""
    letters = [*CHAPTERS, "X"]
    return np.array([letters.index(code[2]) for code in admitted_groups().codes], dtype=np.int64)


def draw_diagnoses(rng: np.random.Generator, chapter: Ints) -> Ints:
    """This returns the position of a primary diagnosis for each episode of these chapters."""
    within = np.searchsorted(np.cumsum(MIX_OF_DIAGNOSES), rng.random(len(chapter)), side="right")
    return chapter * len(MIX_OF_DIAGNOSES) + np.minimum(within, len(MIX_OF_DIAGNOSES) - 1)


def coded(position: Ints, words: list[str]) -> pa.DictionaryArray:
    """This returns a text column from positions; a negative position is an empty value."""
    mask = position < 0
    indices = pa.array(np.where(mask, 0, position).astype(np.int32), mask=mask if mask.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, type=pa.string()))


def numbered(values: Ints, *, missing: Flags | None = None) -> pa.Array:
    """This returns whole numbers as text, empty where missing."""
    return pa.array(values, mask=missing).cast(pa.string())


def dated(days: Ints) -> pa.Array:
    """This returns days since 1970 as dates."""
    return pa.array(days.astype(np.int32)).cast(pa.date32())
