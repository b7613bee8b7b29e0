"""What a change in activity does to the bill: given a form, a change and the notice, then the steps of this year and the next."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.spec.ledger.made_up_contracts import CONTRACT, MARCH, POLICY, agreed, cells, line, with_value

from pbc.methods.ledger import Agreed, compare_with_plan, measure_changes
from pbc.methods.ledger.changes import CHANGE_SCHEMA
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import BILL_CHANGES

STEPS = ("priced", "not_paid", "rebased", "stranded")
SEPTEMBER = Month(2009, 9)
AT_NOTICE = with_value(POLICY, "ledger.rebased_from", "after_notice")


def changed(
    given: Agreed,
    before: int,
    moved: int,
    *,
    month: Month = MARCH,
    policy: Policy = POLICY,
    noticed_on: date | None = None,
) -> dict[str, tuple[int, ...]]:
    """Year to the pence of its four steps, the change going on next year as it is."""
    key = {"commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL"}
    amounts = {"before_pence": before, "change_pence": moved, "next_before_pence": before, "next_change_pence": moved}
    found = measure_changes(
        pl.DataFrame([key | amounts], schema=CHANGE_SCHEMA), change_code="fewer-falls", agreed=given,
        statement_month=month, policy=policy, noticed_on=noticed_on,
    )  # fmt: skip
    BILL_CHANGES.require(found, where="test")
    return told(found)


def told(found: pl.DataFrame) -> dict[str, tuple[int, ...]]:
    by_year = {}
    for (year,), rows in found.sort("financial_year", "sequence").group_by("financial_year", maintain_order=True):
        assert tuple(rows["step"]) == STEPS
        by_year[str(year)] = tuple(rows["amount_pence"])
    return by_year


FORMS: list[tuple[dict[str, Any], int]] = [
    (line("activity_price"), 0), (line("local"), 0), (line("marginal", 90_000, 30), 70 * 100),
    (line("block", 90_000), 200 * 100), (line("fixed", 90_000), 200 * 100),
    (line("cost_and_volume", 90_000, 50, floor_pence=85_000, ceiling_pence=95_000, below_percent=50), 15_000),
    (line("variable", 90_000, 75), 50 * 100),
]  # fmt: skip


@pytest.mark.parametrize("form, not_paid", FORMS, ids=[row["payment_form"] for row, _ in FORMS])
def test_form_decides_how_much_of_a_change_the_bill_follows_this_year(form: dict[str, Any], not_paid: int) -> None:
    """Activity of £1,000 falls by £200, over a baseline of £900: the bill falls by £200 less what the form does not follow."""
    assert changed(agreed(form), 100_000, -20_000)["2009-10"] == (-20_000, not_paid, 0, 0)


def test_a_block_follows_from_the_next_contract_on() -> None:
    """Notice of half a year given in March ends in September: from 1 October 182 of 365 days follow, if all is followed."""
    found = changed(agreed(line("block", 36_500)), 36_500, -3_650)
    assert found == {"2009-10": (-3_650, 3_650, 0, 0), "2010-11": (-3_650, 3_650, -1_820, 0)}


@pytest.mark.parametrize(
    "notice, noticed_on, follows, rebased",
    [
        (0, date(2009, 9, 30), 1.0, -3_650), (182, date(2009, 9, 30), 1.0, -3_650), (182, date(2009, 10, 31), 1.0, -3_350),
        (None, date(2009, 9, 30), 1.0, -3_650), (600, date(2009, 10, 31), 1.0, 0), (0, date(2009, 9, 30), 0.6, -3_650),
    ],
)  # fmt: skip
def test_rebasing_waits_for_notice_and_for_the_next_contract(
    notice: int | None, noticed_on: date, follows: float, rebased: int
) -> None:
    """Given before October, the next contract follows whole; a month later 30 days of it do not; and 40% may be stranded."""
    policy = with_value(POLICY, "ledger.rebased_share", follows)
    given = agreed(line("block", 36_500), contracts=[CONTRACT | {"notice_days": notice}])
    found = changed(given, 36_500, -3_650, month=SEPTEMBER, policy=policy, noticed_on=noticed_on)
    stranded = round(-rebased * (1 - follows))
    assert found["2010-11"] == (-3_650, 3_650, rebased, stranded)


def test_rebasing_may_come_within_the_year_where_notice_alone_is_waited_for() -> None:
    """Notice of 30 days given on 1 June ends on 1 July: of the year to September 92 of 183 days follow."""
    given = agreed(line("block", 36_500), contracts=[CONTRACT | {"notice_days": 30}])
    found = changed(given, 0, -18_300, month=SEPTEMBER, policy=AT_NOTICE, noticed_on=date(2009, 6, 1))
    assert found["2009-10"] == (-18_300, 18_300, -9_200, 0)


def test_change_on_no_contract_is_paid_by_price() -> None:
    """Nobody agreed anything for the line: both years follow the price."""
    assert changed(agreed(), 1_000, -300) == {"2009-10": (-300, 0, 0, 0), "2010-11": (-300, 0, 0, 0)}


def test_activity_against_plan_goes_on_at_the_same_rate_next_year() -> None:
    """£100 planned for the year, £50.15 by September; £40 was done: £10.15 less, and at that rate £20.24 less next year."""
    given = agreed(
        line("activity_price", plan_pence=10_000, plan_activity_count=10), contracts=[CONTRACT | {"plan_pence": 10_000}]
    )
    found = compare_with_plan(cells(200909, {"A": 4_000}), agreed=given, statement_month=SEPTEMBER, policy=POLICY)
    by_year = told(found)
    assert by_year["2009-10"] == (-1_015, 0, 0, 0)
    assert by_year["2010-11"] == (-2_024, 0, 0, 0)


def test_months_that_never_came_are_neither_planned_nor_done() -> None:
    """Only April to August came and none of it emergency care: nothing is told of a rate nobody knows."""
    given = agreed(line("block", 10_000, plan_pence=10_000, plan_activity_count=10))
    gone = [(month, "NEL") for month in range(200904, 200910)]
    found = compare_with_plan(cells(200909, {}), agreed=given, statement_month=SEPTEMBER, policy=POLICY, left_out=gone)
    assert told(found) == {"2009-10": (0, 0, 0, 0), "2010-11": (0, 0, 0, 0)}


def test_line_without_a_plan_is_not_told() -> None:
    """There is nothing to hold its activity against."""
    found = compare_with_plan(
        cells(200909, {"A": 4_000}), agreed=agreed(line("block", 1)), statement_month=MARCH, policy=POLICY
    )
    assert found.is_empty()
