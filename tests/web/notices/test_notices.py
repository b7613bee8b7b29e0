"""Notices, reminders and escalations: told once, to whom they concern, by days in London."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.web.conftest import AT

from pbc.errors import RefusedInput
from pbc_web.accounts.models import Person
from pbc_web.notices import clock
from pbc_web.notices.actions import Matter, answer_escalation, close_escalation, notify, open_escalation
from pbc_web.notices.models import Letter, Notice
from pbc_web.shell.clock import day_of
from pbc_web.shell.one_at_a_time import alone


def somebody(place: Any, role: str = "practice_manager") -> Person:
    return Person.objects.get(id=place.actor(role).person_id)


def told(place: Any, key: str, **more: Any) -> Notice | None:
    given = {"kind": "test", "subject": "Late", "body": "It is late.", "link": "/x/", "at": AT} | more
    return notify(somebody(place), key=key, **given)


def matter(place: Any, **more: Any) -> Matter:
    given = {
        "about": ("budget", "2009-10"), "cause": "no_offer", "title": "No budget was offered by 1 May",
        "commissioner": place["ZPA"], "region": place["ZSHA"], "answer_due_on": date(2009, 5, 15),
    } | more  # fmt: skip
    return Matter(**given)


@pytest.fixture(autouse=True)
def staff(place: Any) -> None:
    for role in ("performance_manager", "finance_manager", "practice_manager"):
        place.actor(role)
        place.actor(role, world="B")


def test_a_key_is_told_a_person_once_and_by_one_letter(place: Any) -> None:
    assert told(place, "late") is not None
    assert told(place, "late", subject="Again") is None
    letter = Letter.objects.get()
    assert letter.body == (
        "Practice manager ZA0001,\n\nIt is late.\n\nOpen it (you are asked to sign in): https://testserver/x/\n\n"
        "Practice-based commissioning\n"
    )


def test_what_concerns_the_pages_alone_sends_no_letter(place: Any) -> None:
    assert told(place, "here", by_email=False) is not None
    assert not Letter.objects.exists()


def test_an_escalation_is_opened_once_and_told_to_its_own_world_alone(place: Any) -> None:
    by = place.actor("practice_manager")
    first = open_escalation(matter(place, raised_by=place["ZA0001"], words="We asked twice."), by=by, at=AT)
    assert open_escalation(matter(place, title="Otherwise"), by=by, at=AT) == first
    assert {(each.person.name, each.subject) for each in Notice.objects.all()} == {
        (name, "Escalated: No budget was offered by 1 May")
        for name in ("Performance manager ZSHA", "Finance manager ZPA", "Practice manager ZA0001")
    }
    assert "We asked twice." in Notice.objects.all()[0].body


def test_only_its_own_region_answers_and_once(place: Any) -> None:
    escalation = open_escalation(matter(place), by=place.actor("finance_manager"), at=AT)
    for other in (place.actor("performance_manager", world="B"), place.actor("finance_manager")):
        with pytest.raises(RefusedInput, match="answered by the region"):
            answer_escalation(escalation, words="No.", by=other, at=AT)
    held = answer_escalation(escalation, words="By Friday.", by=place.actor("performance_manager"), at=AT)
    assert (held.is_open, held.answer) == (False, "By Friday.")
    with pytest.raises(RefusedInput, match="closed already"):
        answer_escalation(escalation, words="Again.", by=place.actor("performance_manager"), at=AT)
    assert close_escalation(escalation, by=place.actor("finance_manager"), at=AT).answer == "By Friday."


def test_one_that_was_put_right_waits_for_no_answer(place: Any) -> None:
    escalation = open_escalation(matter(place), by=place.actor("finance_manager"), at=AT)
    close_escalation(escalation, by=place.actor("finance_manager"), at=AT)
    Notice.objects.all().delete()
    clock.tick(AT + timedelta(days=100))
    assert not Notice.objects.exists()


def test_after_three_days_without_a_tick_each_overdue_thing_is_flagged_once(place: Any) -> None:
    open_escalation(matter(place), by=place.actor("finance_manager"), at=AT)
    Notice.objects.all().delete()
    back = datetime(2009, 5, 18, 9, 0, tzinfo=UTC)  # nobody reminded at 7 days and at 1: only what is true now is told
    for minute in range(5):
        clock.tick(back + timedelta(minutes=minute))
    subjects = sorted((each.person.name, each.subject[:22]) for each in Notice.objects.all())
    assert subjects == [
        ("Finance manager ZPA", "The answer is overdue:"),
        ("Performance manager ZSHA", "The answer is overdue:"),
    ]
    assert clock.last_tick() == back + timedelta(minutes=4)


@pytest.mark.parametrize(
    "due, moment, is_late",
    [
        (date(2009, 5, 15), datetime(2009, 5, 15, 22, 59, tzinfo=UTC), False),  # 23:59 in London in summer
        (date(2009, 5, 15), datetime(2009, 5, 15, 23, 0, tzinfo=UTC), True),  # midnight there, though not yet in UTC
        (date(2009, 3, 28), datetime(2009, 3, 28, 23, 59, tzinfo=UTC), False),  # the night clocks go forward
        (date(2009, 10, 24), datetime(2009, 10, 24, 22, 59, tzinfo=UTC), False),  # and the night they go back
        (date(2009, 10, 24), datetime(2009, 10, 24, 23, 0, tzinfo=UTC), True),
        (date(2008, 2, 29), datetime(2008, 2, 29, 23, 59, tzinfo=UTC), False),
        (date(2008, 2, 29), datetime(2008, 3, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_day_ends_at_midnight_in_london(place: Any, due: date, moment: datetime, is_late: bool) -> None:
    open_escalation(matter(place, answer_due_on=due), by=place.actor("finance_manager"), at=AT)
    clock.tick(moment)
    assert (day_of(moment) > due, Notice.objects.filter(subject__startswith="The answer is overdue").exists()) == (
        is_late,
    ) * 2


def test_one_watch_that_fails_stops_no_other(place: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fails(now: datetime) -> None:
        told(place, "half done")
        raise ZeroDivisionError

    monkeypatch.setattr(clock, "WATCHES", {"fails": fails, "works": lambda now: told(place, "whole")})
    assert clock.tick(AT)
    assert [each.key for each in Notice.objects.all()] == ["whole"]
    assert "the watch fails failed" in caplog.text


@pytest.mark.database
def test_two_ticks_at_once_and_one_acts(place: Any) -> None:
    with alone("tick") as held:
        assert held is not None
        assert held.still_ours()
        assert clock.tick(AT) is False
    assert clock.tick(AT) is True
