"""Nobody works out a hidden figure: not from sums, not from a commissioner's page, not from one month against another."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.disclosure_attack import Reader

from pbc.stats.disclosure import Hidden, Statement, protect
from pbc.stats.grid import Layout, Whole
from pbc.stats.small_numbers import RULES, SmallNumbers

# A total; two services, of two kinds each; three specialties and two hospitals of the same contacts.
LINES = (Whole(0, (1, 2)), Whole(1, (3, 4)), Whole(2, (5, 6)), Whole(0, (7, 8, 9)), Whole(0, (10, 11)))
ALONE = Layout(1, 12, lines=LINES)
rules = st.sampled_from(list(RULES.values()))
worlds = st.tuples(
    st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([0.3, 1.0, 3.0, 10.0]), st.booleans()
)  # fmt: skip
World = tuple[int, int, float, bool]


def a_year(world: World, *, practices: int) -> list[Statement]:
    """Contacts drawn by kind, specialty and hospital, month by month; some years with months restated later."""
    seed, months, scale, is_restated = world
    draw = np.random.default_rng(seed)
    busy = draw.choice([0.02, 0.2, 1, 3], size=(practices, 4, 3, 2))
    total = np.zeros(busy.shape, dtype=np.int64)
    found = []
    for at in range(months):
        month = draw.poisson(scale * busy)
        total = total + month
        if is_restated and at:
            late = draw.choice([-1, 0, 1, 9], size=busy.shape) * (draw.random(busy.shape) < 0.15)
            total = np.maximum(total + late, month)
        found.append(Statement(_lines(total), _lines(month)))
    return found


def _lines(contacts: np.ndarray) -> np.ndarray:
    kinds, specialties, hospitals = (contacts.sum(axis=axes) for axes in ((2, 3), (1, 3), (1, 2)))
    whole = [contacts.sum(axis=(1, 2, 3)), kinds[:, :2].sum(axis=1), kinds[:, 2:].sum(axis=1)]
    lines = np.stack([*whole, *kinds.T, *specialties.T, *hospitals.T], axis=1)
    return np.vstack([lines, lines.sum(axis=0)]).ravel() if len(lines) > 1 else lines.ravel()


def several(practices: int) -> Layout:
    return Layout(
        practices + 1,
        12,
        lines=LINES,
        units=(Whole(practices, tuple(range(practices))),),
        summed_lines=(0, 1, 2, 10, 11),
    )


@settings(max_examples=60, deadline=None)
@given(world=worlds, rule=rules)
def test_no_money_of_a_few_people_follows_from_what_was_ever_shown(world: World, rule: SmallNumbers) -> None:
    statements = a_year(world, practices=1)
    reader = Reader(statements, protect(statements, layout=ALONE, rule=rule), ALONE)
    assert reader.told_money(rule) == []


@settings(max_examples=12, deadline=None)
@given(world=worlds, rule=rules)
def test_no_practice_follows_from_its_commissioner_and_the_others(world: World, rule: SmallNumbers) -> None:
    statements, layout = a_year(world, practices=3), several(3)
    assert Reader(statements, protect(statements, layout=layout, rule=rule), layout).told_money(rule) == []


@settings(max_examples=25, deadline=None)
@given(world=worlds, rule=rules)
def test_every_hidden_count_could_be_another(world: World, rule: SmallNumbers) -> None:
    statements = a_year(world, practices=1)[:3]
    assert Reader(statements, protect(statements, layout=ALONE, rule=rule), ALONE).told_counts(rule) == []


@settings(max_examples=60, deadline=None)
@given(world=worlds, rule=rules)
def test_every_small_count_is_hidden_and_nothing_of_nobody(world: World, rule: SmallNumbers) -> None:
    statements = a_year(world, practices=1)
    for statement, hidden in zip(statements, protect(statements, layout=ALONE, rule=rule), strict=True):
        assert not (rule.is_small(statement.to_date) & ~hidden.to_date).any()
        assert not (rule.is_small(statement.month) & ~hidden.month).any()
        assert not (hidden.to_date & (statement.to_date == 0)).any()


@settings(max_examples=30, deadline=None)
@given(world=worlds, rule=rules)
def test_what_was_decided_stays_decided(world: World, rule: SmallNumbers) -> None:
    """The same months decide the same, alone or at the start of a longer year; and rounding twice is rounding once."""
    statements = a_year(world, practices=1)
    whole = protect(statements, layout=ALONE, rule=rule)
    for months in range(1, len(statements) + 1):
        assert all(map(_same, protect(statements[:months], layout=ALONE, rule=rule), whole))
    for count in range(40):
        once = rule.rounded(count)
        assert once is None or rule.rounded(once) == once


def _same(one: Hidden, other: Hidden) -> bool:
    return bool((one.to_date == other.to_date).all() and (one.month == other.month).all())


def test_reader_works_out_what_a_careless_table_tells() -> None:
    """The reader of these tests is no fool: hiding only what is small tells it the money of 3 people and their number."""
    counts = np.array([55, 30, 25, 18, 12, 3, 22, 20, 20, 15, 30, 25])
    dark = counts == 3
    statement = Statement(counts, counts)
    reader = Reader([statement], [Hidden(dark, dark)], ALONE)
    exact = RULES["hes2009"]
    assert ("year to date", 0, (5,), 3) in reader.told_money(exact)
    assert (5, 3) in reader.told_counts(exact)


def test_reader_takes_one_year_to_date_from_another() -> None:
    april, may = np.array([20]), np.array([24])
    lone = Layout(1, 1)
    shown = Hidden(np.array([False]), np.array([False]))
    small = Hidden(np.array([False]), np.array([True]))
    reader = Reader([Statement(april, april), Statement(may, may - april)], [shown, small], lone)
    assert ("since statement 0", 1, (1,), 4) in reader.told_money(RULES["hes2018"])
