"""Whatever the seed and size: numbers check, people are on one list at a time, sums of a place add up."""

from __future__ import annotations

import nhs_number
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pbc.periods import FinancialYear
from pbc.sources.synthetic.need import weighted_lists
from pbc.sources.synthetic.nhs_numbers import CAPACITY, made_up_nhs_numbers, spoilt
from pbc.sources.synthetic.people import make_people
from pbc.sources.synthetic.registers import exposure_years, register_people
from pbc.sources.synthetic.totals import Totals, add_lists
from pbc.sources.synthetic.world import Sizes, World, build_world, day_number

YEAR = FinancialYear(2009)


@given(st.sets(st.integers(0, CAPACITY - 1), min_size=1, max_size=50))
def test_any_two_people_have_different_valid_numbers(indices: set[int]) -> None:
    numbers = made_up_nhs_numbers(np.array(sorted(indices)))
    assert len(set(numbers.tolist())) == len(indices)
    assert all(nhs_number.is_valid(str(number)) for number in numbers.tolist())
    assert not any(nhs_number.is_valid(str(number)) for number in spoilt(numbers).tolist())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    practices = draw(st.integers(1, 30))
    sizes = Sizes(
        people=draw(st.integers(practices * 100, practices * 130)), practices=practices,
        clusters=draw(st.integers(1, practices)), hospitals=draw(st.integers(1, 5)),
    )  # fmt: skip
    return build_world(
        sizes, seed=draw(st.integers(0, 2**32)), regime="england-2005", years=(YEAR,), plant=draw(st.booleans())
    )


@settings(max_examples=40)
@given(worlds())
def test_any_place_has_its_people_and_its_shares_add_up(world: World) -> None:
    assert int(world.list_sizes.sum()) == world.people
    assert int(world.list_sizes.min()) > 0
    assert np.allclose(world.hospital_share.sum(axis=1), 1)
    planted = [p for p in world.plan.perturbed if world.cluster_of[p] == world.plan.saving_cluster]
    assert planted == []  # the saving cluster holds no other planted truth


@settings(max_examples=25)
@given(worlds())
def test_nobody_is_on_two_lists_at_once_in_any_place(world: World) -> None:
    people = make_people(np.random.default_rng(1), world, start=0, stop=world.people)
    held = register_people(people, world)
    same = held.person[1:] == held.person[:-1]
    assert (held.ends[:-1][same] <= held.starts[1:][same]).all()
    assert (held.starts < held.ends).all()
    years = np.bincount(
        held.person, weights=exposure_years(held, start=day_number(YEAR.start), end=day_number(YEAR.end) + 1)
    )
    assert years.max() <= 1 + 1e-9


@settings(max_examples=25)
@given(worlds())
def test_weighted_lists_of_any_place_sum_to_its_list(world: World) -> None:
    people = make_people(np.random.default_rng(1), world, start=0, stop=world.people)
    totals = Totals.zero(world)
    held = register_people(people, world)
    add_lists(totals, people, world=world, segments=held)
    totals.list_at_start[0] = totals.list_by_month[0]
    for component in totals.need_at_start:
        totals.need_at_start[component][0] = totals.prescribing_weight[0] + 1e-9
    for weighted in weighted_lists(world, totals, position=0).values():
        assert np.isclose(weighted.sum(), totals.list_at_start[0].sum())
