"""What happens on the clock: one stop before its day, what decides nothing, and who is told what when."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.web.business_cases.waiting import YES, declared, handler_of, on_day, submitted

from pbc.errors import RefusedInput
from pbc_web.audit.models import Entry
from pbc_web.business_cases.actions import clock, deciding, recusing
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.queries.clock import clock_on, story
from pbc_web.business_cases.watches import watch_due_dates
from pbc_web.notices.models import Escalation, Notice
from pbc_web.organisations.models import Relation

DUE = date(2009, 7, 27)


def test_a_stop_changes_net_days_and_never_the_due_date(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    clock.stop(waits, missing_item="activity plan", by=handler, at=on_day(10))
    clock.resume(waits, by=place.actor("practice_manager"), at=on_day(20))
    stood = clock_on(waits, on_day(57).date())
    assert (stood.due_on, stood.gross_days, stood.net_days, stood.is_late) == (DUE, 57, 47, True)
    assert Proposal.everywhere.get(id=waits.id).due_on == DUE
    assert [each.event for each in story(waits)] == ["submitted", "stopped", "resumed"]
    verbs = Entry.objects.filter(subject=waits.code).values_list("verb", flat=True)
    assert {"clock_stopped", "clock_resumed"} <= set(verbs)
    told = Notice.objects.filter(person=place.actor("practice_manager").person_id).values_list("body", flat=True)
    assert any("activity plan is missing. The due date stays 27 July 2009" in each for each in told)


@pytest.mark.parametrize(("number", "missing", "found"), [
    (42, "activity plan", "before day 42"), (10, " ", "does not say what is missing"),
])  # fmt: skip
def test_a_stop_that_is_not_permitted_is_refused(place: Any, number: int, missing: str, found: str) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    with pytest.raises(RefusedInput, match="may not be stopped") as refused:
        clock.stop(waits, missing_item=missing, by=handler, at=on_day(number))
    assert found in str(refused.value.found)
    assert story(waits)[1:] == []


def test_a_second_stop_is_refused_and_only_a_stopped_clock_is_resumed(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    with pytest.raises(RefusedInput, match="not stopped"):
        clock.resume(waits, by=handler, at=on_day(1))
    clock.stop(waits, missing_item="plan", by=handler, at=on_day(2))
    clock.resume(waits, by=handler, at=on_day(3))
    with pytest.raises(RefusedInput, match="may not be stopped"):
        clock.stop(waits, missing_item="plan", by=handler, at=on_day(4))


def test_what_decides_nothing_lets_the_clock_run(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    for _ in range(2):  # pressed twice, it is put off once
        clock.defer(waits, reason="Too full an agenda.", by=handler, at=on_day(20))
    clock.decide_in_principle(waits, reason="The price is open.", by=handler, at=on_day(30))
    with pytest.raises(RefusedInput, match="needs its reason"):
        clock.defer(waits, reason=" ", by=handler, at=on_day(31))
    stood = clock_on(waits, on_day(40).date())
    assert (stood.state, stood.gross_days, stood.put_off_count, stood.is_decided) == ("waiting", 40, 2, False)
    clock.withdraw_at_request(waits, reason="We asked for it.", by=handler, at=on_day(41))
    assert Proposal.everywhere.get(id=waits.id).state == "withdrawn"
    assert clock_on(waits, on_day(60).date()).is_late
    with pytest.raises(RefusedInput, match="settled in the meantime"):
        deciding.decide_as_officer(waits, YES, by=handler, at=on_day(42))


def test_a_case_brought_back_is_told_with_its_earlier_codes_events(place: Any) -> None:
    first = submitted(place)
    clock.withdraw_at_request(first, reason="Asked.", by=handler_of(place, first), at=on_day(5))
    again = submitted(place, title="Again", on=on_day(20).date())
    Proposal.everywhere.filter(id=again.id).update(
        earlier=first, first_submitted_on=first.first_submitted_on, due_on=DUE
    )
    assert [each.event for each in story(Proposal.everywhere.get(id=again.id))] == [
        "submitted",
        "withdrawn_at_request",
        "submitted",
    ]
    Proposal.everywhere.filter(id=again.id).update(first_submitted_on=on_day(20).date())
    assert [each.event for each in story(Proposal.everywhere.get(id=again.id))] == ["submitted"]


@pytest.mark.parametrize("who", ["finance_manager", "practice_manager", "performance_manager"])
def test_the_clock_is_moved_by_whoever_handles_the_commissioners_proposals(place: Any, who: str) -> None:
    waits = submitted(place, owner=place.actor("gp"))
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        clock.stop(waits, missing_item="plan", by=place.actor(who), at=on_day(1))


def test_a_handler_of_elsewhere_or_undeclared_or_an_author_moves_no_clock(place: Any) -> None:
    waits = submitted(place)
    with pytest.raises(RefusedInput, match="handles the commissioner"):
        clock.defer(waits, reason="Late.", by=place.actor("commissioning_manager", world="B"), at=on_day(1))
    with pytest.raises(RefusedInput, match="before they have declared"):
        clock.defer(waits, reason="Late.", by=place.actor("commissioning_manager"), at=on_day(1))


def days_of_reminders(place: Any, days: range) -> list[str]:
    for number in days:
        watch_due_dates(on_day(number))
    told = Notice.objects.filter(person=place.actor("practice_manager").person_id, key__contains="-due-").order_by("id")
    return [each.key.rpartition("-due-")[2] for each in told]


def test_reminders_come_once_each_and_days_without_the_clock_end_in_one(place: Any) -> None:
    waits = submitted(place)
    place.actor("performance_manager")
    assert days_of_reminders(place, range(40, 60)) == ["14", "3", "-1"]
    late = submitted(place, title="Another")
    for _ in range(2):
        watch_due_dates(on_day(59))
    told = Notice.objects.filter(
        person=place.actor("practice_manager").person_id, key__startswith=f"proposal-{late.id}-due"
    )
    assert told.count() == 1
    assert Escalation.everywhere.filter(about_kind="proposal").count() == 2
    assert not Notice.objects.filter(key=f"proposal-{waits.id}-due-7").exists()


def test_what_is_put_to_the_region_is_not_told_to_whoever_is_kept_away(place: Any) -> None:
    waits, finance = submitted(place), place.actor("finance_manager")
    handler = handler_of(place, waits)
    recusing.keep_away(
        waits, person_id=finance.person_id, level="no_papers", reason="A stake.", by=handler, at=on_day(1)
    )
    manager = place.actor("performance_manager")
    watch_due_dates(on_day(57))
    link = f"/notices/escalations/{Escalation.everywhere.get().id}/"
    told = set(Notice.objects.filter(link=link).values_list("person", flat=True))
    assert manager.person_id in told
    assert finance.person_id not in told


def test_what_is_late_is_put_to_the_region_by_itself_and_closed_by_a_decision(place: Any) -> None:
    waits = submitted(place)
    handler = handler_of(place, waits)
    manager = place.actor("performance_manager")
    watch_due_dates(on_day(56))
    assert not Escalation.everywhere.exists()
    watch_due_dates(on_day(57))
    put = Escalation.everywhere.get()
    assert (put.region, put.link, put.is_open) == (place["ZSHA"], f"/proposals/{waits.code}/", True)
    assert Notice.objects.filter(person=manager.person_id, subject__contains=waits.code).exists()
    deciding.decide_as_officer(waits, YES, by=handler, at=on_day(58))
    assert not Escalation.everywhere.get().is_open


def test_withdrawn_at_request_it_is_late_too_and_one_without_region_is_told_to_nobody(place: Any) -> None:
    waits = submitted(place)
    clock.withdraw_at_request(waits, reason="Asked.", by=handler_of(place, waits), at=on_day(5))
    gone = submitted(place, title="Given up")
    ClockEvent.objects.create(proposal=gone, event="withdrawn_by_author", happened_on=on_day(2).date(), at=on_day(2))
    Proposal.everywhere.filter(id=gone.id).update(state="withdrawn")
    watch_due_dates(on_day(57))
    assert [each.about_key for each in Escalation.everywhere.all()] == [waits.code]
    Relation.objects.filter(relation="commissioner_region").update(ends_before=date(2009, 7, 1))
    submitted(place, title="No region")
    watch_due_dates(on_day(58))
    assert Escalation.everywhere.count() == 1


def test_eight_weeks_run_over_a_change_of_the_clock_and_a_leap_day(place: Any) -> None:
    spring = submitted(place, on=date(2012, 2, 1))
    declared(spring, place.actor("commissioning_manager"))
    assert spring.due_on == date(2012, 2, 1) + timedelta(days=56) == date(2012, 3, 28)
    assert clock_on(spring, date(2012, 3, 28)).gross_days == 56
