"""Whether rows belong together as one case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.spec.appraisal.made_up_case import CHANGE, COST, NOTHING, OPTION, PRICE, RULES, table

from pbc.errors import RefusedInput
from pbc.methods.appraisal import price_changes, require_case

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
    ("case_options", [NOTHING, OPTION | {"noticed_on": date(9999, 12, 31)}], "options of a case, B, hospitals_told_on; found 9999"),
    ("case_options", [NOTHING, OPTION | {"noticed_on": date(2004, 3, 31)}], "expected 2004-04-01 to 2014-03-31"),
    ("case_costs", [PAID, PAID | {"cost_number": 5, "cost_pence": -(2**53 // 5)}], "cannot move so much. .costs of a case, row 5"),
]  # fmt: skip


@pytest.mark.parametrize("name, rows, why", REFUSED)
def test_what_cannot_be_appraised_is_refused_by_row(name: str, rows: list[dict[str, Any]], why: str) -> None:
    """Given rows that do not belong to the case, its options, its years or known places."""
    with pytest.raises(RefusedInput, match=why):
        required(**{name: rows})


def test_a_day_of_notice_may_be_years_ahead_and_costs_may_be_all_that_can_be_counted() -> None:
    """Given a day of notice on either end of the years told, and costs of all that can be counted, then nothing is refused."""
    for day in (date(2004, 4, 1), date(2014, 3, 31)):
        assert required(case_options=[NOTHING, OPTION | {"noticed_on": day}]) == "HC"
    assert required(case_costs=[PAID | {"cost_pence": 2**53 // 5}]) == "HC"


def test_changes_beyond_what_can_be_counted_are_refused_by_row() -> None:
    """Given two rows of ten billion attendances at £15,000 a year, then the second is one too many."""
    rows = [CHANGE | {"change_number": at, "yearly_activity_change": 10**10} for at in (1, 2)]
    prices = table("appraisal_prices", PRICE | {"cost_pence": 150_000 * 40, "plan_price_pence": 0})
    assert price_changes(table("case_activity_changes", rows[0]), appraisal_prices=prices, rules=RULES).height == 5
    with pytest.raises(RefusedInput, match="changes of activity of a case, row 2"):
        price_changes(table("case_activity_changes", *rows), appraisal_prices=prices, rules=RULES)
