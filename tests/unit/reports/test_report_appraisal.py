"""What a case's report says of an option, in sentences that a board can be read."""

from __future__ import annotations

from typing import Any

import pytest

from pbc.periods import FinancialYear
from pbc.reports.appraisal import AppraisalReport, describe_options
from pbc.tables import ALL

YEAR = FinancialYear(2009)
NOTHING = {
    "case_code": "HC", "option_code": "N", "option_name": "Do nothing", "is_do_nothing": True, "first_year": "2009-10",
    "last_year": "2013-14", "net_present_value_pence": 0, "net_pence": 0, "recurrent_pence": 0, "bill_pence": 0,
    "partner_present_value_pence": 0,
}  # fmt: skip
CLINIC = NOTHING | {
    "option_code": "B", "option_name": "Clinic", "is_do_nothing": False, "net_present_value_pence": 3_240_387,
    "recurrent_pence": 1_100_000, "bill_pence": 8_100_000, "break_even_year": "2010-11", "payback_months_count": 21,
    "break_even_activity_ratio": 0.569, "is_affordable": True,
}  # fmt: skip


def said(**changes: Any) -> str:
    line = {"case_code": "HC", "option_code": "B", "financial_year": "2009-10", "sequence": 9, "step": "priced",
            "amount_pence": 9_000_000, "rule": "made up", "reason": "made up"}  # fmt: skip
    against = {"case_code": "HC", "option_code": "B", "sequence": 5, "driver": "all_against", "low_reason": "worse",
               "high_reason": "expected", "low_present_value_pence": -100_000, "high_present_value_pence": 1, "swing_pence": 1}  # fmt: skip
    tables = {
        "appraisal_results": ALL["appraisal_results"].from_rows([NOTHING, CLINIC | changes]),
        "appraisal_lines": ALL["appraisal_lines"].from_rows([line]),
        "appraisal_sensitivities": ALL["appraisal_sensitivities"].from_rows([against]),
    }
    (told,) = describe_options(AppraisalReport("HC", YEAR, "appraisal/hc", False, tables))
    return told


def test_report_says_what_it_saves_when_and_under_what_conditions() -> None:
    assert said() == (
        "Clinic (B) leaves the commissioner £32,404 better off than doing nothing, from 2009/10 to 2013/14, in money of 2009/10. "
        "It has paid for itself in 2010/11, after 21 months. It needs at least 56.9% of the promised change in activity. "
        "What changes in activity is worth £90,000 at contract prices; the bill follows £81,000 of it. "
        "In 2013/14, without what comes once, it leaves £11,000. With all against it, it leaves −£1,000. "
        "Its costs are within the money named."
    )


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"net_present_value_pence": -1_00}, "£1 worse off"), ({"break_even_year": None}, "It does not pay for itself in these years."),
        ({"payback_months_count": 0}, "It never costs more than it has saved."),
        ({"net_present_value_pence": -5, "break_even_activity_ratio": 1.4}, "It would need 140.0% of the promised change"),
        ({"net_present_value_pence": -5, "break_even_activity_ratio": 0.4}, "It bears at most 40.0% of the promised change"),
        ({"break_even_activity_ratio": 1.5}, "It bears at most 150.0% of the promised change"),
        ({"break_even_activity_ratio": None}, "It is worth it whatever part"),
        ({"net_present_value_pence": -5, "break_even_activity_ratio": None}, "It is worth nothing whatever part"),
        ({"is_affordable": False}, "Its costs are not within the money named."),
        ({"is_affordable": None}, "The case names no money to pay it from."),
    ],
)  # fmt: skip
def test_report_says_it_of_other_options_too(changes: dict[str, Any], words: str) -> None:
    assert words in said(**changes)
