"""Cost month by month.

The statement's year and the one before stand side by side by month, hospital care and prescribing apart. Where the grouping
of activity changed between the two years the earlier one is marked: it is drawn apart and compared with nothing.
"""

from datetime import date

import polars as pl
import pytest

from pbc.methods.statements.months import list_monthly_costs
from pbc.periods import Month
from pbc.tables import MONTHLY_COSTS

JUNE = Month(2009, 6)
SCHEMA = {"month": pl.Int32, "practice_code": pl.String, "point_of_delivery": pl.String, "cost_pence": pl.Int64}
ONE_EACH = pl.lit(1, dtype=pl.Int64).alias("activity_count")


def listed(*rows: tuple[int, str, str, int], broken: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    """Practice, line, month, pence and whether it is broken, of what the method lists for a statement of June 2009."""
    found = list_monthly_costs(
        pl.DataFrame(list(rows), schema=SCHEMA, orient="row").with_columns(ONE_EACH), month=JUNE, broken=broken
    )
    assert MONTHLY_COSTS.check(found) == []
    return found.drop("statement_month", "activity_count").rows()


def test_kinds_of_activity_add_up_to_two_lines() -> None:
    """Given stays, attendances, medicines and a service shared out, then hospital care, prescribing, and nothing of the third."""
    found = listed((200906, "A", "NEL", 500), (200906, "A", "AE", 30), (200906, "A", "RX", 7), (200906, "A", "COM", 99))
    assert found == [("A", "hospital", 200906, 530, False), ("A", "prescribing", 200906, 7, False)]


def test_months_are_those_of_two_years_up_to_the_statement() -> None:
    """Given rows from March 2008 to July 2009, then April 2008 to June 2009."""
    months = [200803, 200804, 200903, 200904, 200906, 200907]
    found = listed(*((month, "A", "AE", 1) for month in months))
    assert [row[2] for row in found] == [200804, 200903, 200904, 200906]


def test_month_without_care_counts_nought_and_month_without_data_is_left_out() -> None:
    """Given A with care in April and June, B in May too, nobody in March, then A's May is nought and no March is made up."""
    found = listed(
        (200902, "B", "AE", 9), (200904, "A", "AE", 1), (200905, "B", "AE", 9), (200906, "A", "AE", 2), (200906, "B", "AE", 9)
    )  # fmt: skip
    assert [row[2:4] for row in found if row[0] == "A"] == [(200904, 1), (200905, 0), (200906, 2)]
    assert [row[2:4] for row in found if row[0] == "B"] == [(200902, 9), (200904, 0), (200905, 9), (200906, 9)]


def test_month_reached_without_care_counts_nought_where_others_have_it() -> None:
    """Given A with stays to April and B to June, no medicines after April, then A's May and June are nought, and no more."""
    found = listed(
        (200904, "A", "AE", 1), (200904, "A", "RX", 3), (200905, "B", "AE", 9), (200906, "B", "AE", 9)
    )  # fmt: skip
    mine = [row[1:4] for row in found if row[0] == "A"]
    assert mine == [
        ("hospital", 200904, 1), ("hospital", 200905, 0), ("hospital", 200906, 0), ("prescribing", 200904, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kinds, broken, marked",
    [
        (("NEL", "NEL"), ("NEL",), [200806]),
        (("NEL", "NEL"), (), []),
        (("AE", "NEL"), ("NEL",), []),
        (("NEL", "AE"), ("NEL",), [200806]),
    ],
    ids=["regrouped", "same", "only-new", "gone"],
)
def test_last_year_is_broken_where_one_of_its_kinds_was_regrouped(
    kinds: tuple[str, str], broken: tuple[str, ...], marked: list[int]
) -> None:
    """Given June of both years by kind and the kinds regrouped, then the months that stand apart."""
    found = listed((200806, "A", kinds[0], 5), (200906, "A", kinds[1], 5), broken=broken)
    assert [row[2] for row in found if row[4]] == marked


def test_break_holds_for_the_whole_of_last_year_and_for_one_line() -> None:
    """Given one regrouped stay in May 2008, then all of that year's hospital months are broken, and no medicines."""
    found = listed(
        (200805, "A", "EL", 5), (200806, "A", "AE", 5), (200806, "A", "RX", 5), (200906, "A", "AE", 5), broken=("EL",)
    )
    assert [(row[1], row[2]) for row in found if row[4]] == [("hospital", 200805), ("hospital", 200806)]


def test_care_that_nobody_answers_for_is_no_practices_month() -> None:
    """Given a stay that could not be placed, then no row."""
    assert listed((200906, "not-attributed", "NEL", 500)) == []


def test_months_that_stand_with_the_heir_are_no_noughts_of_the_practice_taken_over() -> None:
    """Given B taken over by A on 1 May 2009 and its May and June of 2008 carried to A, then B has April alone, no noughts."""
    successions = pl.DataFrame(
        [("B", "A", date(2009, 5, 1), date(9999, 12, 31))],
        schema=["predecessor_code", "successor_code", "starts_on", "ends_before"], orient="row",
    )  # fmt: skip
    rows = [(200804, "B", "AE", 4), (200805, "A", "AE", 5), (200904, "B", "AE", 6), (200906, "A", "AE", 7)]
    rows += [(200904, "A", "AE", 1), (200806, "A", "AE", 2)]
    kinds = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(ONE_EACH)
    found = list_monthly_costs(kinds, month=JUNE, successions=successions)
    assert [row[3:5] for row in found.drop("activity_count").rows() if row[1] == "B"] == [(200804, 4), (200904, 6)]
    assert found["cost_pence"].sum() == sum(row[3] for row in rows)
