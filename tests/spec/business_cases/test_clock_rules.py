"""The clock of a decision.

A plan or business case is decided within eight weeks of its submission: 56 calendar days, the day of submission being day 0. The
due date is fixed at submission. Days without the one permitted stop stand beside, and are never judged on.
"""

from datetime import date, timedelta

import pytest

from pbc.errors import RefusedInput
from pbc.methods.business_cases import (
    CaseClock,
    CaseEvent,
    find_clock_rules,
    find_due_date,
    list_stop_faults,
    measure_clock,
)
from pbc.policy import load_policy

POLICY = load_policy("england-2005")
JUNE = date(2009, 6, 1)
RULES = find_clock_rules(POLICY, on=JUNE)
DAY = timedelta(days=1)


def clock(*told: tuple[int, str], as_at: int, missing: str | None = "activity plan") -> CaseClock:
    """A case submitted on 1 June 2009: what happened on which day of its clock."""
    events = [
        CaseEvent(event, JUNE + day * DAY, missing if event == "stopped" else None)
        for day, event in ((0, "submitted"), *told)
    ]
    return measure_clock(events, as_at=JUNE + as_at * DAY, rules=RULES)


@pytest.mark.parametrize(
    "submitted_on, due_on",
    [
        (date(2009, 4, 30), date(2009, 6, 25)),
        (date(2009, 6, 1), date(2009, 7, 27)),
        (date(2009, 11, 30), date(2010, 1, 25)),
        (date(2008, 1, 4), date(2008, 2, 29)),
        (date(2008, 1, 5), date(2008, 3, 1)),
        (date(2009, 1, 5), date(2009, 3, 2)),
        (date(2009, 3, 1), date(2009, 4, 26)),
    ],
)
def test_a_case_is_due_56_calendar_days_after_its_submission(submitted_on: date, due_on: date) -> None:
    """Given a day of submission, then the last day on which a decision is in time: across years, leap days and clock changes."""
    assert find_due_date(submitted_on, policy=POLICY) == due_on
    assert measure_clock([CaseEvent("submitted", submitted_on)], as_at=due_on, rules=RULES).due_on == due_on


@pytest.mark.parametrize("decision_day, is_late", [(0, False), (55, False), (56, False), (57, True), (200, True)])
@pytest.mark.parametrize("decision", ["approved", "refused"])
def test_a_decision_is_in_time_up_to_and_with_day_56(decision: str, decision_day: int, is_late: bool) -> None:
    """Given the day of a decision, whichever it is, then whether it was late; what happens afterwards changes nothing."""
    found = clock((decision_day, decision), as_at=300)
    assert (found.gross_days, found.is_late, found.is_decided, found.state) == (decision_day, is_late, True, decision)


@pytest.mark.parametrize("as_at, is_late", [(56, False), (57, True)])
@pytest.mark.parametrize("event", ["deferred", "decided_in_principle", "withdrawn_at_request"])
def test_what_only_sounds_like_a_decision_leaves_the_clock_running(event: str, as_at: int, is_late: bool) -> None:
    """Given a case deferred, decided in principle or withdrawn because the PCT asked, then there is no decision and days go on."""
    found = clock((30, event), as_at=as_at)
    assert (found.gross_days, found.is_late, found.is_decided, found.put_off_count) == (as_at, is_late, False, 1)


@pytest.mark.parametrize("day, is_late", [(56, False), (57, True)])
def test_the_clock_ends_where_the_author_takes_the_case_back(day: int, is_late: bool) -> None:
    """Given an author who withdraws in time, then nothing was owed; one who gave up after the last day was kept waiting."""
    found = clock((day, "withdrawn_by_author"), as_at=300)
    assert (found.gross_days, found.is_late, found.is_decided) == (day, is_late, False)


def test_a_stop_changes_net_days_and_never_the_due_date() -> None:
    """Given a stop from day 10 to day 30 and a decision on day 60, then 60 days count, 40 stand beside, and it is late."""
    found = clock((10, "stopped"), (30, "resumed"), (60, "approved"), as_at=90)
    assert (found.gross_days, found.stopped_days, found.net_days) == (60, 20, 40)
    assert (found.due_on, found.is_late) == (date(2009, 7, 27), True)


@pytest.mark.parametrize(
    "told, as_at, state, stopped_days",
    [
        (((10, "stopped"),), 30, "stopped", 20),
        (((10, "stopped"), (25, "approved")), 30, "approved", 15),
        (((10, "stopped"), (25, "withdrawn_at_request")), 30, "withdrawn_at_request", 15),
        (((10, "stopped"), (10, "resumed")), 30, "waiting", 0),
    ],
)
def test_a_stop_ends_with_its_resumption_the_decision_or_the_withdrawal(
    told: tuple[tuple[int, str], ...], as_at: int, state: str, stopped_days: int
) -> None:
    """Given what ends a stop, then how many days were stopped; one that stands runs to the day asked for."""
    found = clock(*told, as_at=as_at)
    assert (found.state, found.stopped_days) == (state, stopped_days)


@pytest.mark.parametrize(
    "earlier_stop, day, missing_item, faults",
    [
        (False, 41, "activity plan", 0), (False, 42, "activity plan", 1), (False, 41, None, 1), (False, 41, "  ", 1),
        (True, 41, "activity plan", 1), (True, 42, "", 3),
    ],
)  # fmt: skip
def test_one_stop_is_permitted_before_day_42_and_names_what_is_missing(
    earlier_stop: bool, day: int, missing_item: str | None, faults: int
) -> None:
    """Given the day, what is missing and whether it was stopped before, then how many reasons there are against a stop."""
    before = ((5, "stopped"), (6, "resumed")) if earlier_stop else ()
    found = list_stop_faults(clock(*before, as_at=day), on=JUNE + day * DAY, missing_item=missing_item, rules=RULES)
    assert len(found) == faults


def test_a_case_that_does_not_wait_cannot_be_stopped() -> None:
    """Given a case refused, then the reason against a stop is that it is refused."""
    found = list_stop_faults(clock((5, "refused"), as_at=9), on=JUNE + 9 * DAY, missing_item="a plan", rules=RULES)
    assert found == ("The case is refused.",)


@pytest.mark.parametrize(
    "told, missing",
    [
        (((42, "stopped"), (50, "resumed")), "activity plan"), (((5, "stopped"), (9, "resumed")), None),
    ],
)  # fmt: skip
def test_a_stop_the_rules_do_not_permit_stops_nothing_and_is_counted(
    told: tuple[tuple[int, str], ...], missing: str | None
) -> None:
    """Given a stop on day 42, or one that names nothing, then net days are gross days, and one refused stop is told."""
    found = clock(*told, as_at=55, missing=missing)
    assert (found.net_days, found.stopped_days, found.refused_stops_count, found.state) == (55, 0, 1, "waiting")
    assert clock(told[0], as_at=55, missing=missing).state == "waiting"


def test_a_second_stop_stops_nothing() -> None:
    """Given stops from day 5 to 10 and from day 20 to 30, then five days were stopped."""
    found = clock((5, "stopped"), (10, "resumed"), (20, "stopped"), (30, "resumed"), as_at=40)
    assert (found.stopped_days, found.refused_stops_count) == (5, 1)


def test_what_happens_after_the_day_asked_for_is_not_known() -> None:
    """Given a decision on day 30 asked about on day 29, then the case waits."""
    assert clock((30, "approved"), as_at=29).state == "waiting"


def test_a_service_changes_after_approval() -> None:
    """Given an approval and a change of service, then the decision keeps its day."""
    found = clock((30, "approved"), (100, "service_changed"), as_at=120)
    assert (found.state, found.decided_on, found.changed_on) == ("service_changed", date(2009, 7, 1), date(2009, 9, 9))


@pytest.mark.parametrize("between", ["withdrawn_at_request", "withdrawn_by_author"])
def test_the_same_case_resubmitted_keeps_its_first_date(between: str) -> None:
    """Given a case withdrawn on day 20 and resubmitted on day 40, then its clock runs from its first submission."""
    found = clock((20, between), (40, "resubmitted"), (57, "approved"), as_at=90)
    assert (found.submitted_on, found.due_on, found.gross_days, found.is_late) == (JUNE, date(2009, 7, 27), 57, True)


@pytest.mark.parametrize(
    "told",
    [
        ((5, "submitted"),), ((5, "resumed"),), ((5, "service_changed"),), ((5, "refused"), (6, "service_changed")),
        ((5, "approved"), (6, "refused")), ((5, "resubmitted"),), ((5, "withdrawn_by_author"), (6, "approved")),
        ((5, "stopped"), (6, "stopped")), ((5, "deferred"), (4, "approved")),
    ],
)  # fmt: skip
def test_a_story_that_cannot_be_is_refused(told: tuple[tuple[int, str], ...]) -> None:
    """Given events that cannot follow each other, or days that run backwards, then a refusal that says where the case stood."""
    with pytest.raises(RefusedInput, match="A case that is"):
        clock(*told, as_at=90)


def test_a_case_not_yet_submitted_has_no_clock() -> None:
    """Given a day before the submission, then a refusal."""
    with pytest.raises(RefusedInput, match="not submitted by the day"):
        clock(as_at=-1)
