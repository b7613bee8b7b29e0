"""The calendar of meetings.

A meeting can decide a case if the case is there by the paper deadline and the meeting falls inside its eight weeks. Where none
does, the chair or a delegated officer decides; a commissioner whose calendar leaves such days is warned.
"""

from datetime import date

import polars as pl
import pytest

from pbc.errors import RefusedInput
from pbc.methods.business_cases import find_last_meeting, list_submission_stretches
from pbc.policy import load_policy
from pbc.tables import DECISION_CALENDAR, DECISION_MEETINGS

POLICY = load_policy("england-2005")


def meetings(*told: tuple[date, date], payer: str = "ZC1") -> pl.DataFrame:
    """Day of the meeting and paper deadline."""
    return DECISION_MEETINGS.from_rows(
        [{"commissioner_code": payer, "meets_on": meets, "papers_due_on": papers} for meets, papers in told]
    )


SUMMER = meetings(
    (date(2009, 6, 18), date(2009, 6, 4)),
    (date(2009, 7, 16), date(2009, 7, 2)),
    (date(2009, 10, 15), date(2009, 10, 1)),
)


@pytest.mark.parametrize(
    "submitted_on, answer, meets_on",
    [
        (date(2009, 5, 21), "possible", date(2009, 7, 16)), (date(2009, 5, 20), "possible", date(2009, 6, 18)),
        (date(2009, 7, 2), "possible", date(2009, 7, 16)), (date(2009, 7, 3), "impossible", None),
        (date(2009, 8, 19), "impossible", None), (date(2009, 8, 20), "possible", date(2009, 10, 15)),
        (date(2009, 10, 1), "possible", date(2009, 10, 15)), (date(2009, 10, 2), "not_known", None),
    ],
)  # fmt: skip
def test_the_last_meeting_inside_the_clock_is_found(submitted_on: date, answer: str, meets_on: date | None) -> None:
    """Given meetings in June, July and October, then the last one by day 56 whose papers can still be met; beyond the last
    meeting listed nothing is known."""
    found = find_last_meeting(SUMMER, submitted_on=submitted_on, policy=POLICY)
    assert (found.answer, found.meets_on) == (answer, meets_on)
    assert (found.papers_due_on is None) == (meets_on is None)


def test_the_regime_says_who_decides_without_a_meeting() -> None:
    """Given no meeting in time, then the chair; by a local agreement, an officer."""
    local = {
        "from": date(2009, 1, 1),
        "value": "delegated_officer",
        "status": "local_agreement",
        "source": "Standing orders",
    }
    agreed = POLICY.lay_over({"business_cases.without_meeting": {"values": [local]}}, where="orders")
    told = [
        find_last_meeting(SUMMER, submitted_on=date(2009, 7, 3), policy=each).otherwise for each in (POLICY, agreed)
    ]
    assert told == ["chairs_action", "delegated_officer"]


def test_no_meeting_listed_is_not_known() -> None:
    """Given an empty calendar, then nothing is known, and nobody is warned."""
    assert (
        find_last_meeting(DECISION_MEETINGS.empty(), submitted_on=date(2009, 7, 3), policy=POLICY).answer == "not_known"
    )


def test_papers_that_were_due_too_early_make_a_meeting_useless() -> None:
    """Given the last meeting listed on the due date itself, its papers due before the submission, then eight weeks are impossible."""
    early = meetings((date(2009, 10, 15), date(2009, 8, 19)))
    assert find_last_meeting(early, submitted_on=date(2009, 8, 20), policy=POLICY).answer == "impossible"


def test_days_of_submission_are_told_as_stretches() -> None:
    """Given those meetings, then the stretches of a summer: each day once, with the days for which eight weeks are impossible."""
    found = list_submission_stretches(SUMMER, starts_on=date(2009, 5, 1), ends_on=date(2009, 10, 31), policy=POLICY)
    assert DECISION_CALENDAR.check(found) == []
    assert found.select("first_submitted_on", "days_count", "answer", "meets_on").rows() == [
        (date(2009, 5, 1), 20, "possible", date(2009, 6, 18)), (date(2009, 5, 21), 43, "possible", date(2009, 7, 16)),
        (date(2009, 7, 3), 48, "impossible", None), (date(2009, 8, 20), 43, "possible", date(2009, 10, 15)),
        (date(2009, 10, 2), 30, "not_known", None),
    ]  # fmt: skip


def test_each_commissioner_has_its_own_calendar() -> None:
    """Given two commissioners, then stretches of each; one asked about alone must be alone."""
    both = pl.concat([SUMMER, meetings((date(2009, 7, 9), date(2009, 6, 25)), payer="ZC2")])
    found = list_submission_stretches(both, starts_on=date(2009, 6, 1), ends_on=date(2009, 6, 2), policy=POLICY)
    assert found.select("commissioner_code", "meets_on").rows() == [
        ("ZC1", date(2009, 7, 16)),
        ("ZC2", date(2009, 7, 9)),
    ]
    with pytest.raises(RefusedInput, match="several commissioners"):
        find_last_meeting(both, submitted_on=date(2009, 6, 1), policy=POLICY)


@pytest.mark.parametrize("ends_on", [date(2009, 5, 31), date(2020, 6, 1)])
def test_days_that_run_backwards_or_never_end_are_refused(ends_on: date) -> None:
    """Given a last day before the first, or ten years on, then a refusal."""
    with pytest.raises(RefusedInput, match="stretch of days"):
        list_submission_stretches(SUMMER, starts_on=date(2009, 6, 1), ends_on=ends_on, policy=POLICY)
