"""Small numbers: given counts that add up, then what is shown, what is hidden, and why the hidden ones stay so."""

import numpy as np
import pytest

from pbc.stats.disclosure import Hidden, Statement, hide, protect
from pbc.stats.grid import Layout, Whole
from pbc.stats.small_numbers import HES_2009, HES_2018, SmallNumbers, shown_count, shown_share

ONE_TOTAL = Layout(1, 4, lines=(Whole(0, (1, 2, 3)),))


def shown(counts: list[int], layout: Layout = ONE_TOTAL, rule: SmallNumbers = HES_2018) -> list[int | str]:
    held = np.array(counts)
    hidden = hide(held, layout=layout, rule=rule)
    return ["*" if dark else rule.rounded(count) or 0 for count, dark in zip(counts, hidden, strict=True)]


def year(*months: list[int], rule: SmallNumbers = HES_2018, layout: Layout = ONE_TOTAL) -> list[Hidden]:
    held = np.array(months)
    statements = [Statement(held[: at + 1].sum(axis=0), month) for at, month in enumerate(held)]
    return protect(statements, layout=layout, rule=rule)


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1, "*"), (7, "*"), (8, "10"), (12, "10"), (13, "15")])
def test_counts_are_hidden_or_rounded_to_five(count: int, words: str) -> None:
    """Given the rule of 2018, then 0 is 0, 1 to 7 are *, and 8 or more go to the nearest 5."""
    assert shown_count(count, rule=HES_2018) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1, "*"), (5, "*"), (6, "6"), (1204, "1,204")])
def test_rule_of_2009_hides_up_to_five_and_rounds_nothing(count: int, words: str) -> None:
    """Given the rule of 2009, then 1 to 5 are * and the rest stand as they are."""
    assert shown_count(count, rule=HES_2009) == words


def test_percentages_come_from_rounded_counts() -> None:
    """Given 41 of 163, then 24.2% as 40 of 165; of a hidden count, no percentage at all."""
    assert shown_share(41, 163, rule=HES_2018) == pytest.approx(40 / 165)
    assert shown_share(3, 163, rule=HES_2018) is None


def test_totals_come_from_raw_counts() -> None:
    """Given 12, 12 and 12 with 36 in all, then 10, 10, 10 and 35: the total is rounded itself, not summed from rounded."""
    assert shown([36, 12, 12, 12]) == [35, 10, 10, 10]


def test_next_smallest_is_hidden_with_a_single_small_count() -> None:
    """Given 3, 12 and 40 with their total 55, then 12 is hidden too, for 55 less 12 and 40 would give the 3 away."""
    assert shown([55, 3, 12, 40]) == [55, "*", "*", 40]


def test_rest_of_a_few_hides_one_more() -> None:
    """Given 2, 3 and 40, then the 40 is hidden too: the two hidden alone would leave the money of 5 people."""
    assert shown([45, 2, 3, 40]) == [45, "*", "*", "*"]


def test_rest_of_enough_hides_no_more() -> None:
    """Given 4, 6 and 40, then the 40 is shown: the rest is of 10 people, and neither part follows."""
    assert shown([50, 4, 6, 40]) == [50, "*", "*", 40]


def test_nobody_is_no_secret() -> None:
    """Given 0, 0 and 40, then all are shown: nobody is nobody's secret, and * never stands for 0."""
    assert shown([40, 0, 0, 40]) == [40, 0, 0, 40]


def test_one_each_is_hidden_with_its_total() -> None:
    """Given eight kinds of one person each, then their total of 8 is hidden: eight stars that add up to 8 are eight ones."""
    layout = Layout(1, 9, lines=(Whole(0, tuple(range(1, 9))),))
    assert shown([8, *[1] * 8], layout) == ["*"] * 9


def test_hidden_whole_hides_its_parts() -> None:
    """Given a service of 6 made of 6 day cases, then both are hidden, and another service with its kinds beside them."""
    layout = Layout(1, 7, lines=(Whole(0, (1, 2, 3)), Whole(1, (4, 5)), Whole(2, (6,))))
    counts = [76, 6, 20, 50, 6, 0, 20]
    assert shown(counts, layout) == [75, "*", "*", 50, "*", 0, "*"]


def test_practice_does_not_follow_from_its_commissioner() -> None:
    """Given hospitals of three practices and their sums, then a hidden pair in one practice has a hidden pair beside it in
    another: the sums of hospitals over practices would else give the first away."""
    layout = Layout(4, 4, lines=(Whole(0, (1, 2, 3)),), units=(Whole(3, (0, 1, 2)),), summed_lines=(0, 1, 2, 3))
    held = np.array([[60, 3, 17, 40], [80, 20, 25, 35], [90, 30, 28, 32]])
    counts = np.vstack([held, held.sum(axis=0)])
    hidden = hide(counts.ravel(), layout=layout, rule=HES_2018).reshape(4, 4)
    assert hidden.astype(int).tolist() == [[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_small_month_is_not_the_difference_of_two_years_to_date() -> None:
    """Given 20 by April and 24 by May, then May's year to date is hidden too: 24 less 20 is the month of 4. By June 33 people
    stand against April's 20, and all is shown again."""
    hidden = year([60, 20, 30, 10], [60, 4, 36, 20], [60, 9, 31, 20])
    assert [bool(each.to_date[1]) for each in hidden] == [False, True, False]
    assert [bool(each.month[1]) for each in hidden] == [False, True, True]


def test_month_of_one_each_is_not_told_by_the_year_to_date() -> None:
    """Given one person in each of eight months, then the 8 of the year to date is not shown: it would tell every month."""
    lone = Layout(1, 1)
    hidden = year(*[[1]] * 9, [3], rule=HES_2018, layout=lone)
    assert [bool(each.to_date[0]) for each in hidden] == [True] * 9 + [False]


def test_few_people_added_late_hide_the_month_and_not_the_year() -> None:
    """Given three people who came late for April, then May's own figure is hidden: the two years to date less May would leave
    them, and the year to date is what people act on."""
    april, may, late = np.array([50]), np.array([60]), np.array([3])
    statements = [Statement(april, april), Statement(april + may + late, may)]
    hidden = protect(statements, layout=Layout(1, 1), rule=HES_2018)
    assert [bool(each.to_date[0]) for each in hidden] == [False, False]
    assert bool(hidden[1].month[0])


def test_month_never_stated_follows_from_the_next() -> None:
    """Given no statement of April, then that of May still hides what would give April's 4 people away."""
    statement = Statement(np.array([34]), np.array([30]), follows=False)
    (hidden,) = protect([statement], layout=Layout(1, 1), rule=HES_2018)
    assert (bool(hidden.to_date[0]), bool(hidden.month[0])) == (False, True)
