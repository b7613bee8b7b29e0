"""The files of docs/examples are files to start from: each is read without a fault, and does what its page says."""

from datetime import date
from pathlib import Path

import pytest

from pbc.flows.case_rows import read_case
from pbc.flows.choose_comparators import read_case as read_benefit_case
from pbc.flows.decision_calendar import set_calendar
from pbc.flows.decision_times import time_decisions
from pbc.policy import load_policy
from pbc.reports.decision_calendar import calendar_text

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
POLICY = load_policy("england-2005")


def test_example_of_case_events_has_cases_in_time_late_waiting_and_come_back() -> None:
    told = time_decisions(EXAMPLES / "case-events.csv", as_at=date(2009, 9, 30), policy=POLICY)
    assert dict(told.times.select("case_code", "state").iter_rows()) == {
        "COPD": "service_changed", "FEET": "resubmitted", "FEET2": "waiting", "KNEE": "waiting", "SKIN": "refused",
    }  # fmt: skip
    assert told.is_made_up


@pytest.mark.parametrize("name, moved", [("heart-clinic", -120), ("close-a-service", -140)])
def test_example_of_a_case_is_read_whole(name: str, moved: int) -> None:
    case = read_case([EXAMPLES / name])
    assert case.options["is_do_nothing"].to_list().count(True) == 1
    assert case.changes["yearly_activity_change"].sum() == moved
    assert case.costs.height > 1


def test_example_of_a_benefit_is_read() -> None:
    case = read_benefit_case(EXAMPLES / "first-outpatients.yaml")
    assert (case.practices, str(case.starts), case.promised_count) == (("Z90003", "Z90007"), "2009-04", 60)


def test_example_of_meetings_leaves_48_days_and_says_what_would_do() -> None:
    days = {"starts_on": date(2009, 5, 1), "ends_on": date(2009, 10, 1)}
    told = calendar_text(set_calendar(EXAMPLES / "decision-meetings.csv", policy=POLICY, **days))
    assert "any of 48 days" in told
    assert "one by 28 August 2009 that takes papers until 19 August 2009 would do" in told
