"""No difference of figures of any two statements a reader may open tells of a few people, restated months included."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.retold_attack import Comparer, Year

from pbc.stats.disclosure import protect
from pbc.stats.grid import Layout, Whole
from pbc.stats.small_numbers import RULES, SmallNumbers

# The whole; hospital care and prescribing; services of two kinds and of one, and two hospitals of the same contacts.
HOSPITAL, PRESCRIBING, KINDS = 1, 2, (5, 6, 7)
LINES = (Whole(0, (1, 2)), Whole(1, (3, 4)), Whole(3, (5, 6)), Whole(4, (7,)), Whole(1, (8, 9)))
LAYOUT = Layout(1, 10, lines=LINES)
rules = st.sampled_from(list(RULES.values()))
World = tuple[int, int, float]
worlds = st.tuples(st.integers(0, 2**32 - 1), st.integers(2, 4), st.sampled_from([0.5, 2.0, 8.0, 30.0]))


def a_year(world: World) -> Year:
    """Contacts by kind and hospital, month by month; in each statement some earlier months are other than they were."""
    seed, months, scale = world
    draw = np.random.default_rng(seed)
    busy = draw.choice([0.2, 1, 3], size=(3, 2))
    counts = np.zeros((months, months, 10), dtype=np.int64)
    known = np.zeros((months, 3, 2), dtype=np.int64)
    items = np.zeros(months, dtype=np.int64)
    for at in range(months):
        moved = draw.choice([-9, -3, 0, 3, 9, 30], size=known.shape) * (draw.random(known.shape) < 0.25)
        known[:at] = np.maximum(known + moved, 0)[:at]
        known[at], items[at] = draw.poisson(scale * busy), draw.poisson(20 * scale)
        counts[at] = _lines(known, items)
    return Year(counts, LAYOUT, (HOSPITAL, PRESCRIBING), KINDS)


def _lines(contacts: np.ndarray, items: np.ndarray) -> np.ndarray:
    kinds, hospitals = contacts.sum(axis=2), contacts.sum(axis=1)
    care = kinds.sum(axis=1)
    services = [kinds[:, :2].sum(axis=1), kinds[:, 2]]
    return np.stack([care + items, care, items, *services, *kinds.T, *hospitals.T], axis=1)


@settings(max_examples=60, deadline=None)
@given(world=worlds, rule=rules)
def test_no_difference_of_statements_tells_of_a_few_people(world: World, rule: SmallNumbers) -> None:
    year = a_year(world)
    assert Comparer(year, protect(year.statements, layout=LAYOUT, rule=rule)).told(rule) == []


@settings(max_examples=30, deadline=None)
@given(world=worlds, rule=rules)
def test_what_was_decided_of_months_told_again_stays_decided(world: World, rule: SmallNumbers) -> None:
    statements = a_year(world).statements
    whole = protect(statements, layout=LAYOUT, rule=rule)
    for months in range(1, len(statements)):
        part = protect(statements[:months], layout=LAYOUT, rule=rule)
        assert [(each.retold, each.moved) for each in part] == [(each.retold, each.moved) for each in whole[:months]]


def july_told_again(*, late: tuple[int, int, int]) -> Year:
    """July and August, and what came late for July by kind: all from the first hospital."""
    months = np.array([[[90, 60], [25, 15], [20, 20]], [[95, 60], [30, 15], [25, 20]]])
    items = np.array([400, 410])
    first, second = months.copy(), months.copy()
    first[1] = 0
    second[0, :, 0] += late
    counts = np.stack([_lines(first, items * [1, 0]), _lines(second, items)])
    return Year(counts, LAYOUT, (HOSPITAL, PRESCRIBING), KINDS)


def test_total_over_many_people_is_shown_and_only_the_rows_of_a_few_are_hidden() -> None:
    """Given 53, 4 and 19 contacts that came late for July, then what July now counts is shown, and so are the 53: the total is
    of 76 people. The 4 are hidden with the 19, or they would follow."""
    year = july_told_again(late=(53, 4, 19))
    hidden = protect(year.statements, layout=LAYOUT, rule=RULES["hes2018"])
    assert Comparer(year, hidden).told(RULES["hes2018"]) == []
    assert HOSPITAL not in hidden[1].moved
    assert (HOSPITAL, 0) not in hidden[1].retold
    shown = [kind for kind in KINDS if (kind, 0) not in hidden[1].retold]
    assert len(shown) == 1


def test_change_of_a_few_is_hidden_wherever_a_statement_would_tell_it() -> None:
    """Given 5 contacts that came late for July, then July is not told again: one statement taken from the other would tell them."""
    year = july_told_again(late=(5, 0, 0))
    hidden = protect(year.statements, layout=LAYOUT, rule=RULES["hes2018"])
    assert Comparer(year, hidden).told(RULES["hes2018"]) == []
    assert (HOSPITAL, 0) in hidden[1].retold
    assert hidden[1].month[HOSPITAL]
    assert not hidden[1].to_date[HOSPITAL]
    assert HOSPITAL in hidden[1].moved


def test_comparer_takes_one_statement_from_another() -> None:
    """The reader of these tests is no fool: a careless second statement tells it the 5 who came late."""
    year = july_told_again(late=(5, 0, 0))
    careless = [protect([each], layout=LAYOUT, rule=RULES["hes2018"])[0] for each in year.statements]
    assert ("month 0 since 0", 1, (HOSPITAL,)) in Comparer(year, careless).told(RULES["hes2018"])
