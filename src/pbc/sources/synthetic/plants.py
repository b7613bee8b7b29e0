"""Planting the truths: each function changes the rows of a block and adds what it did to the sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pbc.periods import FinancialYear
from pbc.sources.synthetic.activity import Events
from pbc.sources.synthetic.columns import REFERRAL_SOURCES, Spells
from pbc.sources.synthetic.parameters import Floats
from pbc.sources.synthetic.records import Identities
from pbc.sources.synthetic.totals import Totals
from pbc.sources.synthetic.truths import (
    BILLED_TWICE_SHARE,
    EXACT_DUPLICATE_SHARE,
    NOBODY,
    OVER_REFERRAL_SHARE,
    SAVING_SHARE,
    WRONG_PRACTICE_SHARE,
)
from pbc.sources.synthetic.world import World, day_number

Ints = NDArray[np.int64]
GP = REFERRAL_SOURCES.index("GP")


def over_refer(
    rng: np.random.Generator, world: World, *, totals: Totals, year: FinancialYear, events: Events, source: Ints
) -> tuple[Events, Ints]:
    """This returns attendances and referral sources with the over-referring practice's own doing added.

    One in five of the first attendances its GPs asked for, and one in five of its follow-ups, happen once more within days.
    """
    if world.plan.over_referrer == NOBODY or events.pod == "OPPROC":
        return events, source
    asked = (source == GP) | (events.pod == "OPFUP")
    mine = asked & (events.practice == world.plan.over_referrer)
    again = np.flatnonzero(mine & (rng.random(len(events)) < OVER_REFERRAL_SHARE))
    totals.plant(f"over_referrals.{events.pod}.{year.slug}", len(again))
    position = np.concatenate([np.arange(len(events)), again])
    everything = events.take(position)
    day = everything.day.copy()
    day[len(events) :] = np.minimum(day[len(events) :] + rng.integers(0, 10, len(again)), day_number(year.end))
    return replace(everything, day=day), source[position]


def spare_admissions(
    rng: np.random.Generator, world: World, *, totals: Totals, year: FinancialYear, events: Events, pounds: Floats
) -> Ints:
    """This returns the positions of emergency stays that still happen once the saving cluster keeps people at home."""
    plan = world.plan
    if plan.saving_from is None or plan.saving_from > year.end:
        return np.arange(len(events), dtype=np.int64)
    cluster = world.cluster_of[events.practice] == plan.saving_cluster
    after = cluster & (events.day >= day_number(plan.saving_from))
    spared = after & (rng.random(len(events)) < SAVING_SHARE)
    totals.plant("saving.admissions_before", float(after.sum()))
    totals.plant("saving.admissions_avoided", float(spared.sum()))
    totals.plant("saving.pounds_avoided", float(pounds[spared].sum()))
    for practice, avoided in enumerate(np.bincount(events.practice[spared], weights=pounds[spared])):
        if avoided:
            totals.plant(f"saving.pounds_avoided.{world.practice_codes[practice]}", float(avoided))
    return np.flatnonzero(~spared)


def bill_twice(
    rng: np.random.Generator, world: World, *, totals: Totals, year: FinancialYear, spells: Spells,
    numbers: Callable[[int], Ints],
) -> Spells:  # fmt: skip
    """This returns the stays with 1.3% of the double-billing hospital's billed again under a new spell number."""
    if not _bills_twice(world, year):
        return spells
    mine = spells.hospital == world.plan.double_biller
    again = np.flatnonzero(mine & (rng.random(len(mine)) < BILLED_TWICE_SHARE))
    totals.plant("billed_twice.spells", float(mine.sum()))
    totals.plant("billed_twice.billed_again", len(again))
    totals.plant("billed_twice.pounds", float(spells.pounds[again].sum()))
    everything = spells.take(np.concatenate([np.arange(len(mine)), again]))
    number = everything.number.copy()
    number[len(mine) :] = numbers(len(again))
    return replace(everything, number=number)


def repeat_exactly(
    rng: np.random.Generator, world: World, *, totals: Totals, year: FinancialYear, table: pa.Table
) -> pa.Table:
    """This returns the episode rows with one in a thousand of the double-billing hospital's sent twice, letter for letter."""
    if not _bills_twice(world, year):
        return table
    hospital = table["provider_code"].combine_chunks().indices.to_numpy()
    again = np.flatnonzero((hospital == world.plan.double_biller) & (rng.random(len(hospital)) < EXACT_DUPLICATE_SHARE))
    totals.plant("billed_twice.exact_duplicate_rows", len(again))
    return table.take(pa.array(np.concatenate([np.arange(len(hospital)), again])))


def _bills_twice(world: World, year: FinancialYear) -> bool:
    since = world.plan.double_billing_from
    return since is not None and since <= year.end


def charge_wrongly(
    rng: np.random.Generator,
    world: World,
    *,
    totals: Totals,
    year: FinancialYear,
    events: Events,
    identities: Identities,
) -> Identities:
    """This returns the identities with 4% of one practice's contacts written down as another's."""
    plan = world.plan
    if plan.charged_for == NOBODY:
        return identities
    wrong = (events.practice == plan.charged_for) & (rng.random(len(events)) < WRONG_PRACTICE_SHARE)
    totals.plant(f"charged_wrongly.contacts.{year.slug}", float(wrong.sum()))
    return replace(identities, practice=np.where(wrong, plan.charged_wrongly, identities.practice))
