"""The rows of a block as delivery tables: one function for each file of a delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.sources.synthetic.parameters import Floats
from pbc.sources.synthetic.people import People
from pbc.sources.synthetic.records import (
    Identities,
    chapter_of_group,
    coded,
    dated,
    draw_diagnoses,
    numbered,
    words_of,
)
from pbc.sources.synthetic.severity import Stays
from pbc.sources.synthetic.tariff import admitted_groups, attendance_groups
from pbc.sources.synthetic.wording import SPECIALTIES
from pbc.sources.synthetic.world import World

Ints = NDArray[np.int64]
METHODS = ["11", "12", "13", "21", "22", "23", "28", "31", "32", "81", "82", "83"]
CLASSES = ["1", "2"]
SEXES = ["1", "2"]
ATTENDANCE_TYPES = {"OPFA": "first", "OPFUP": "follow_up", "OPPROC": "procedure"}
REFERRAL_SOURCES = ["GP", "consultant", "AE", "other"]
METHOD_SHARES = {"NEL": (3, (0.72, 0.86, 0.90, 1.0)), "EL": (0, (0.6, 0.85, 1.0)), "DC": (0, (0.6, 0.85, 1.0))}


@dataclass(frozen=True)
class Spells:
    """Stays of a block and point of delivery, each with its number, before they are written out by episode."""

    pod: str
    who: Ints
    discharge: Ints
    hospital: Ints
    age: Ints
    number: Ints
    method: Ints
    identities: Identities
    stays: Stays
    pounds: Floats

    def take(self, position: Ints) -> Spells:
        """This returns the stays at these positions, in that order."""
        return Spells(
            self.pod, self.who[position], self.discharge[position], self.hospital[position], self.age[position],
            self.number[position], self.method[position], self.identities.take(position), self.stays.take(position),
            self.pounds[position],
        )  # fmt: skip


def admission_methods(rng: np.random.Generator, pod: str, *, age: Ints, sex: Ints) -> Ints:
    """This returns positions in METHODS for stays of a point of delivery."""
    if pod in METHOD_SHARES:
        first, cumulative = METHOD_SHARES[pod]
        return first + np.minimum(np.searchsorted(cumulative, rng.random(len(age)), side="right"), len(cumulative) - 1)
    mother = (sex == 2) & (age >= 14) & (age < 50)
    other = np.where(age < 1, METHODS.index("82"), METHODS.index("81"))
    return np.where(mother, np.where(rng.random(len(age)) < 0.8, METHODS.index("31"), METHODS.index("32")), other)


def episode_table(rng: np.random.Generator, people: People, *, world: World, spells: Spells) -> pa.Table:
    """This returns one row per episode: the nights of a stay cut at random between its episodes."""
    words, stays, count = words_of(world), spells.stays, spells.stays.episodes
    spell = np.repeat(np.arange(len(spells.who)), count)
    first_row = np.cumsum(count) - count
    order = np.arange(len(spell)) - np.repeat(first_row, count)
    cut = np.floor((order + rng.random(len(spell)) * 0.9) / count[spell] * (stays.nights[spell] + 1)).astype(np.int64)
    begins = np.where(order == 0, 0, np.minimum(cut, stays.nights[spell]))
    is_last = order == count[spell] - 1
    ends = np.where(is_last, stays.nights[spell], np.append(begins[1:], 0))
    admission = spells.discharge[spell] - stays.nights[spell]
    group = stays.group[spell]
    chapter = chapter_of_group()[group]
    other = (order > 0) & (rng.random(len(spell)) < 0.3)
    specialty = np.where(other, rng.integers(0, len(words.specialties), len(spell)), chapter)
    has_procedure = (rng.random(len(spell)) < 0.25) | (spells.pod in ("EL", "DC"))
    who, marks = spells.who[spell], spells.identities
    return pa.table({
        "provider_code": coded(spells.hospital[spell], world.hospital_codes),
        "spell_number": numbered(spells.number[spell]),
        "episode_number": pa.array((order + 1).astype(np.int32)),
        "nhs_number": numbered(marks.nhs_number[spell], missing=marks.is_missing[spell]),
        "admission_date": dated(admission),
        "discharge_date": dated(spells.discharge[spell]),
        "episode_start_date": dated(admission + begins),
        "episode_end_date": dated(admission + ends),
        "admission_method": coded(spells.method[spell], METHODS),
        "patient_classification": coded(np.full(len(spell), 1 if spells.pod == "DC" else 0), CLASSES),
        "hrg_code": coded(group, admitted_groups().codes),
        "treatment_function_code": coded(specialty, words.specialties),
        "primary_diagnosis": coded(draw_diagnoses(rng, chapter), words.diagnoses),
        "primary_procedure": coded(np.where(has_procedure, chapter, -1), words.procedures),
        "age_on_admission": pa.array(spells.age[spell].astype(np.int16)),
        "sex": coded(people.sex[who] - 1, SEXES),
        "practice_code": coded(marks.practice[spell], words.practices),
        "unpaid_days": pa.array(np.where(is_last, stays.unpaid[spell], 0).astype(np.int32)),
    })  # fmt: skip


@dataclass(frozen=True)
class Attendances:
    """Attendances of a block: positions of the price group, and for outpatients specialty and referral source."""

    pod: str
    who: Ints
    day: Ints
    hospital: Ints
    age: Ints
    number: Ints
    identities: Identities
    group: Ints
    source: Ints

    def take(self, position: Ints) -> Attendances:
        """This returns the attendances at these positions, in that order."""
        return Attendances(
            self.pod, self.who[position], self.day[position], self.hospital[position], self.age[position],
            self.number[position], self.identities.take(position), self.group[position], self.source[position],
        )  # fmt: skip


def outpatient_table(people: People, world: World, *, seen: Attendances) -> pa.Table:
    """This returns one row per outpatient attendance."""
    specialties = [specialty.code for specialty in SPECIALTIES]
    kind = ATTENDANCE_TYPES[seen.pod]
    return pa.table({
        **_who_and_where(world, seen),
        "attendance_date": dated(seen.day),
        "attendance_type": coded(np.zeros(len(seen.who), dtype=np.int64), [kind]),
        "hrg_code": coded(seen.group, attendance_groups()[seen.pod][0]),
        "treatment_function_code": coded(seen.group, specialties),
        "age": pa.array(seen.age.astype(np.int16)),
        "sex": coded(people.sex[seen.who] - 1, SEXES),
        "practice_code": coded(seen.identities.practice, words_of(world).practices),
        "referral_source": coded(seen.source, REFERRAL_SOURCES),
    })  # fmt: skip


def accident_and_emergency_table(people: People, world: World, *, seen: Attendances) -> pa.Table:
    """This returns one row per A&E attendance."""
    return pa.table({
        **_who_and_where(world, seen),
        "arrival_date": dated(seen.day),
        "hrg_code": coded(seen.group, attendance_groups()["AE"][0]),
        "age": pa.array(seen.age.astype(np.int16)),
        "sex": coded(people.sex[seen.who] - 1, SEXES),
        "practice_code": coded(seen.identities.practice, words_of(world).practices),
    })  # fmt: skip


def _who_and_where(world: World, seen: Attendances) -> dict[str, pa.Array]:
    return {
        "provider_code": coded(seen.hospital, world.hospital_codes),
        "attendance_number": numbered(seen.number),
        "nhs_number": numbered(seen.identities.nhs_number, missing=seen.identities.is_missing),
    }


def referral_table(world: World, seen: Attendances, *, referred: Ints) -> pa.Table:
    """This returns one row per referral: the practice that referred, the day, the specialty and who referred."""
    return pa.table({
        "provider_code": coded(seen.hospital, world.hospital_codes),
        "referral_number": numbered(seen.number),
        "nhs_number": numbered(seen.identities.nhs_number, missing=seen.identities.is_missing),
        "practice_code": coded(seen.identities.practice, words_of(world).practices),
        "referral_date": dated(referred),
        "treatment_function_code": coded(seen.group, [specialty.code for specialty in SPECIALTIES]),
        "referral_source": coded(seen.source, REFERRAL_SOURCES),
    })  # fmt: skip
