"""Whether rows belong together as one case."""

from __future__ import annotations

from typing import Any

import pytest
from tests.spec.appraisal.made_up_case import CHANGE, COST, NOTHING, OPTION, RULES, table

from pbc.errors import RefusedInput
from pbc.methods.appraisal import require_case

MONEY = {"case_code": "HC", "financial_year": "2009-10", "paid_from": "partner", "named_pence": 1}
PAID = COST | {"cost_number": 4, "cost_pence": 1}


def required(**rows: list[dict[str, Any]]) -> str:
    held = {
        "case_options": [NOTHING, OPTION],
        "case_costs": [PAID],
        "case_activity_changes": [CHANGE],
        "case_money": [MONEY],
    } | rows
    frames = {name: table(name, *each) for name, each in held.items()}
    return require_case(
        frames.pop("case_options"), rules=RULES, providers={"ZH1"}, practices={"Z90001"}, **frames
    )  # fmt: skip


def test_a_whole_case_is_known_by_its_code() -> None:
    """Given options with one doing nothing, and costs, changes and money of them in years looked at, then the case's code."""
    assert required() == "HC"
    assert required(case_activity_changes=[CHANGE | {"practice_code": "Z90001"}], case_costs=[], case_money=[]) == "HC"


REFUSED: list[tuple[str, list[dict[str, Any]], str]] = [
    ("case_costs", [PAID | {"case_code": "XX"}], "One case is appraised at a time"),
    ("case_options", [OPTION], "exactly one option that is doing nothing"),
    ("case_options", [NOTHING], "exactly one option that is doing nothing"),
    ("case_options", [NOTHING, OPTION | {"is_do_nothing": True}], "2 of them doing nothing"),
    ("case_costs", [PAID | {"option_code": "Q"}], "costs of a case, row 4, option; found Q; expected B, N"),
    ("case_costs", [PAID | {"financial_year": "2014-15"}], "row 4, year; found 2014-15; expected 2009-10 to 2013-14"),
    ("case_costs", [PAID | {"financial_year": "2008-09"}], "a year that is not looked at"),
    ("case_activity_changes", [CHANGE | {"option_code": "Q"}], "There is no such option"),
    ("case_activity_changes", [CHANGE | {"from_month": 200903}], "row 1, from; found 2009-03"),
    ("case_activity_changes", [CHANGE | {"provider_code": "ZH9"}], "There is no such hospital"),
    ("case_activity_changes", [CHANGE | {"practice_code": "Z99999"}], "There is no such practice"),
    ("case_money", [MONEY | {"financial_year": "2020-21"}], "money of a case, 2020-21 partner, year"),
]  # fmt: skip


@pytest.mark.parametrize("name, rows, why", REFUSED)
def test_what_cannot_be_appraised_is_refused_by_row(name: str, rows: list[dict[str, Any]], why: str) -> None:
    """Given rows that do not belong to the case, its options, its years or known places."""
    with pytest.raises(RefusedInput, match=why):
        required(**{name: rows})
