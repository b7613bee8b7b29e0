"""A month or a kind of care that never came is refused by name, and never stated as a saving."""

from __future__ import annotations

import polars as pl
import pytest

from pbc.errors import MissingFigure
from pbc.flows.completeness import require_deliveries, require_every_setting
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


def test_kind_of_care_that_came_every_month_may_not_vanish() -> None:
    """Given 60 emergency stays a month and none in September, then a refusal; given one, none."""
    usual = [contacts("NEL", number, 60) for number in (200907, 200908)]
    rows = [*usual, contacts("AE", 200909, 5)]
    with pytest.raises(MissingFigure, match="no admitted care at all in September 2009"):
        require_every_setting(pl.DataFrame(rows), month=SEPTEMBER)
    require_every_setting(pl.DataFrame([*rows, contacts("DC", 200909, 1)]), month=SEPTEMBER)


def test_small_place_may_have_a_month_without() -> None:
    require_every_setting(pl.DataFrame([contacts("AE", 200908, 49)]), month=SEPTEMBER)
