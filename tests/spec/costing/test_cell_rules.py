"""Cells: given costed contacts or prescription lines, then the monthly sums that statements read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from pbc.engines import Engine, Relation, open_engine
from pbc.methods.costing import add_up_cells, add_up_prescribing, list_not_attributed, list_years
from pbc.periods import FinancialYear
from pbc.tables import ACTIVITY_CELLS, ACTIVITY_FACTS, COSTED_ACTIVITY, NOT_ATTRIBUTED, PRESCRIBING_CELLS, PRESCRIPTIONS


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def contact(number: str, **others: Any) -> dict[str, Any]:
    return {
        "setting": "APC", "provider_code": "ZH1", "record_number": number, "person_id": 1, "month": 200909,
        "practice_code": "Z90001", "attribution": "registered", "commissioner_code": "ZP1", "point_of_delivery": "NEL",
        "treatment_function_code": "300", "hrg_code": "ZZA01", "excess_days": 2, "base_pence": 1000,
        "short_stay_pence": 0, "excess_days_pence": 200, "top_up_pence": 0, "market_forces_pence": 60, "cost_pence": 1260,
    } | others  # fmt: skip


def costed(engine: Engine, *rows: dict[str, Any]) -> Relation:
    return engine.adopt(COSTED_ACTIVITY.from_rows(list(rows)), COSTED_ACTIVITY.sql_columns)


def test_cell_adds_contacts_alike_in_month_practice_provider_kind_and_specialty(engine: Engine) -> None:
    """Two contacts of one cell and one of another specialty: two cells, every step summed."""
    rows = (
        contact("S1"),
        contact("S2", cost_pence=1300, market_forces_pence=100),
        contact("S3", treatment_function_code="100"),
    )
    cells = add_up_cells(costed(engine, *rows)).frame().sort("treatment_function_code")
    cells = ACTIVITY_CELLS.require(ACTIVITY_CELLS.conform(cells), where="test")
    assert cells["activity_count"].to_list() == [1, 2]
    assert cells.row(1, named=True) | {"base_pence": 2000, "excess_days": 4, "cost_pence": 2560} == cells.row(
        1, named=True
    )
    assert cells["plan_price_pence"].equals(cells["cost_pence"].alias("plan_price_pence"))


def test_plan_price_is_the_plan_cost_of_the_same_contacts(engine: Engine) -> None:
    """At the plan's prices S1 cost £10.00; S2 the plan cannot price, so it stands at its cost: no price effect."""
    now, plan = costed(engine, contact("S1"), contact("S2")), costed(engine, contact("S1", cost_pence=1000))
    assert add_up_cells(now, plan_costed=plan).frame()["plan_price_pence"].item() == 1000 + 1260


def test_not_attributed_line_keeps_the_reason(engine: Engine) -> None:
    """Contacts without a practice, by reason; those with one are not in it."""
    nobody = {"practice_code": "not-attributed"}
    rows = (
        contact("S1"),
        contact("S2", attribution="not_registered", **nobody),
        contact("S3", attribution="unknown_practice", **nobody),
    )
    lines = NOT_ATTRIBUTED.conform(list_not_attributed(costed(engine, *rows)).frame()).sort("attribution")
    assert lines.select("attribution", "activity_count", "cost_pence").rows() == [
        ("not_registered", 1, 1260),
        ("unknown_practice", 1, 1260),
    ]


def test_prescribing_is_added_by_chapter_and_unidentified_stands_apart(engine: Engine) -> None:
    """Two products of chapter 02 and one on an unidentified code; actual cost is not in it."""
    line = {"practice_code": "Z90001", "month": 200909, "items": 2, "quantity_count": 28.0,
            "net_ingredient_cost_pence": 500, "actual_cost_hundred_thousandths": 465000, "is_unidentified": False}  # fmt: skip
    rows = [
        line | {"bnf_code": "0212000B0AAAAAA"},
        line | {"bnf_code": "0205051R0AAAAAA"},
        line | {"bnf_code": "0301011R0AAAAAA", "practice_code": "Z90009", "is_unidentified": True},
    ]
    prescriptions = engine.adopt(PRESCRIPTIONS.from_rows(rows), PRESCRIPTIONS.sql_columns)
    cells = PRESCRIBING_CELLS.conform(add_up_prescribing(prescriptions).frame()).sort(PRESCRIBING_CELLS.key)
    assert cells.rows() == [(200909, "Z90001", "02", 4, 1000), (200909, "not-attributed", "03", 2, 500)]


def test_late_rows_belong_to_the_year_of_their_month(engine: Engine) -> None:
    """An April delivery with a discharge of 31 March: two financial years, in order."""
    fact = {
        "setting": "APC", "provider_code": "ZH1", "point_of_delivery": "NEL", "treatment_function_code": "300",
        "hrg_code": "ZZA01", "paid_stay_days": 1, "sex": "1", "practice_code": "Z90001", "attribution": "registered",
        "commissioner_code": "ZP1", "is_restricted": False, "register_version": "x",
    }  # fmt: skip
    rows = [
        fact | {"record_number": "S1", "activity_on": date(2010, 4, 2), "month": 201004},
        fact | {"record_number": "S2", "activity_on": date(2010, 3, 31), "month": 201003},
    ]
    facts = engine.adopt(ACTIVITY_FACTS.from_rows(rows), ACTIVITY_FACTS.sql_columns)
    assert list_years(facts) == [FinancialYear(2009), FinancialYear(2010)]
