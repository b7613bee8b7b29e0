"""What a change in activity does to the bill in later years, and what a line comes to if nothing changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.spec.ledger.made_up_contracts import CONTRACT, POLICY, YEAR, agreed, cells, line, with_value

from pbc.methods.ledger import Agreed, forecast_lines, measure_years
from pbc.methods.ledger.changes import YEARLY_SCHEMA
from pbc.periods import Month
from pbc.policy import Policy
from pbc.tables import BILL_CHANGES

KEY = {"commissioner_code": "ZP1", "provider_code": "ZH1", "point_of_delivery": "NEL"}
SPRING = [Month(2009, month) for month in (4, 5, 6)]


def bills(
    given: Agreed, moved: int, *, noticed_on: date, before: int = 36_500, policy: Policy = POLICY
) -> dict[str, tuple[int, ...]]:
    """Year to the pence of its four steps, the same change in four years."""
    rows = [
        KEY
        | {
            "financial_year": YEAR.plus(ahead).slug,
            "before_pence": before,
            "change_pence": moved,
            "noticed_on": noticed_on,
        }
        for ahead in range(4)
    ]
    found = measure_years(
        pl.DataFrame(rows, schema=YEARLY_SCHEMA), change_code="B", agreed=given, year=YEAR, policy=policy
    )  # fmt: skip
    BILL_CHANGES.require(found, where="test")
    return {
        str(year): tuple(rows.sort("sequence")["amount_pence"])
        for (year,), rows in found.sort("financial_year").group_by("financial_year", maintain_order=True)
    }


NOTICED: list[tuple[date, list[int]]] = [
    (date(2009, 4, 1), [0, -3_650, -3_650, -3_650]), (date(2010, 1, 15), [0, -2_430, -3_650, -3_650]),
    (date(2010, 4, 1), [0, 0, -3_650, -3_650]), (date(2011, 6, 1), [0, 0, 0, -3_650]),
    (date(2008, 6, 1), [0, -3_650, -3_650, -3_650]),
]  # fmt: skip


@pytest.mark.parametrize("noticed_on, rebased", NOTICED)
@pytest.mark.parametrize("has_contract", [True, False])
def test_a_block_follows_from_the_contract_after_notice(
    noticed_on: date, rebased: list[int], has_contract: bool
) -> None:
    """Given half a year's notice on a day, then the block follows from the later of its end and the next contract."""
    given = agreed(line("block", 36_500), contracts=[CONTRACT] if has_contract else [])
    found = bills(given, -3_650, noticed_on=noticed_on)
    assert [steps for steps in found.values()] == [(-3_650, 3_650, later, 0) for later in rebased]


def test_what_is_stranded_stays_in_every_later_year() -> None:
    """Given that six tenths follow, then four tenths of the change stay in the bill for good."""
    policy = with_value(POLICY, "ledger.rebased_share", 0.6)
    found = bills(agreed(line("block", 36_500)), -3_650, noticed_on=date(2009, 4, 1), policy=policy)
    assert found["2012-13"] == (-3_650, 3_650, -3_650, 1_460)


def test_growth_above_a_marginal_baseline_costs_the_whole_price_once_it_is_set_anew() -> None:
    """Given emergencies at their baseline and 30% paid above it, then £36.50 more costs £10.95, and later all of it."""
    found = bills(agreed(line("marginal", 36_500, 30)), 3_650, noticed_on=date(2009, 4, 1))
    assert found["2009-10"] == (3_650, -2_555, 0, 0)
    assert found["2010-11"] == (3_650, -2_555, 2_555, 0)


def test_change_on_no_contract_falls_at_once() -> None:
    """Given no contract, then every year follows the price."""
    assert set(bills(agreed(), -300, noticed_on=date(2009, 4, 1)).values()) == {(-300, 0, 0, 0)}


FORECAST: list[tuple[dict[str, Any], int, tuple[int, str]]] = [
    (line("activity_price", plan_pence=10_000, plan_activity_count=10), 40, (10_000, "plan")),
    (line("block", 36_500), 10, (365_000, "measured")), (line("block", 36_500), 9, (36_500, "baseline")),
    (line("activity_price"), 9, (0, "baseline")), (line("local", local_price_pence=91), 20, (7_300, "measured")),
]  # fmt: skip


@pytest.mark.parametrize("form, count, forecast", FORECAST)
def test_a_line_comes_to_its_plan_else_to_what_was_done_else_to_its_baseline(
    form: dict[str, Any], count: int, forecast: tuple[int, str]
) -> None:
    """Given £910 done in 91 of 365 days, then £3,650 in the year; fewer than ten stays are not gone by."""
    found = forecast_lines(
        cells(200904, {"A": 91_000}, count=count),
        agreed=agreed(form),
        year=YEAR,
        months=SPRING,
        policy=POLICY,
        least_count=10,
    )
    assert found.select("before_pence", "before_basis").rows() == [forecast]
