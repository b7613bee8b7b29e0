"""A month or a kind of care that never came is refused by name, and never stated as a saving."""

from __future__ import annotations

import polars as pl
import pytest

from pbc.errors import MissingFigure, RefusedInput
from pbc.flows.completeness import choose, find_missing, require_deliveries
from pbc.methods.statements.left_out import LeftOut, write_left_out
from pbc.periods import Month

SEPTEMBER = Month(2009, 9)


def test_deliveries_up_to_the_month_are_required_and_no_later_ones() -> None:
    year = list(SEPTEMBER.financial_year.months())
    require_deliveries(year[:6], month=SEPTEMBER)
    with pytest.raises(MissingFigure, match="August 2009") as told:
        require_deliveries([each for each in year if each != Month(2009, 8)], month=SEPTEMBER)
    assert "July" not in str(told.value)


def contacts(kind: str, number: int, count: int) -> dict[str, object]:
    return {"month": number, "point_of_delivery": kind, "activity_count": count}


YEAR = [month for month in SEPTEMBER.financial_year.months() if month <= SEPTEMBER]
USUAL = [contacts("NEL", month.number, 60) for month in YEAR if month != SEPTEMBER]


def test_kind_of_care_that_came_every_month_may_not_vanish() -> None:
    """Given 60 emergency stays a month and three in September, then a refusal; given four, which is over a twentieth, none."""
    for few, words in (([], "no admitted care at all"), ([contacts("DC", 200909, 3)], "next to no admitted care")):
        with pytest.raises(MissingFigure, match=f"{words} in September 2009"):
            choose(YEAR, pl.DataFrame([*USUAL, *few]), month=SEPTEMBER)
    assert choose(YEAR, pl.DataFrame([*USUAL, contacts("DC", 200909, 4)]), month=SEPTEMBER) == ()


def test_small_place_may_have_a_month_without() -> None:
    few = [contacts("AE", month.number, 49) for month in YEAR[1:]]
    assert find_missing(YEAR, pl.DataFrame(few), month=SEPTEMBER) == ()


def test_what_never_came_is_left_out_where_that_was_chosen() -> None:
    lines = pl.DataFrame([*USUAL, *[contacts("AE", month.number, 60) for month in YEAR]])
    found = choose([month for month in YEAR if month.month != 7], lines, month=SEPTEMBER, missing="leave_out")
    assert found == (LeftOut(Month(2009, 7)), LeftOut(SEPTEMBER, ("admitted care",)))
    assert [each.is_whole for each in found] == [True, False]
    assert write_left_out(found).endswith("; 2009-09 admitted care")


def test_missing_month_is_met_in_one_of_two_ways() -> None:
    with pytest.raises(RefusedInput, match="no way to meet"):
        choose(YEAR, pl.DataFrame(USUAL), month=SEPTEMBER, missing="guess")  # type: ignore[arg-type]
