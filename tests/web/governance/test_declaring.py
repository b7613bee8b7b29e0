"""That people declare: nothing to declare as a statement of its own, the task on the first page, the yearly reminder."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.conftest import AT
from tests.web.governance.matrix import TODAY, interest_of, person_of

from pbc.errors import RefusedInput
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.tasks import Task
from pbc_web.audit.models import Entry
from pbc_web.governance import demonstration, queries
from pbc_web.governance.actions import confirm
from pbc_web.governance.models import Confirmation, Gift, Interest
from pbc_web.governance.tasks import tasks_of
from pbc_web.governance.ties import interests_in
from pbc_web.governance.watches import remind_to_declare
from pbc_web.notices.models import Notice
from pbc_web.shell import clock

pytestmark = pytest.mark.django_db


def say(actor: Any, place: Any, says: str = "nothing", on: date = TODAY) -> Confirmation:
    return confirm(person=person_of(actor), register=place["ZPA"], says=says, declared_on=on, by=actor, at=AT)


def test_nothing_to_declare_holds_for_a_year_and_stands_once_a_day(place: Any) -> None:
    gp = place.actor("gp")
    assert [task.title for task in tasks_of(gp, TODAY)] == ["Declare your interests"]
    assert say(gp, place) == say(gp, place)
    assert Entry.objects.filter(verb="confirm_nothing").count() == 1
    until = date(2010, 4, 20)
    assert Confirmation.everywhere.get().holds_until == until
    assert list(tasks_of(gp, until)) == []
    assert list(tasks_of(gp, until + timedelta(days=1))) == [
        Task("Declare your interests", reverse("governance:mine"), until, 10, is_late=True)
    ]


def test_nothing_is_refused_while_an_interest_stands_and_complete_is_not(place: Any) -> None:
    gp = place.actor("gp")
    interest_of(gp, place["ZPA"])
    assert list(tasks_of(gp, TODAY)) == []
    with pytest.raises(RefusedInput, match="An interest stands"):
        say(gp, place)
    assert say(gp, place, "complete").says == "complete"
    assert queries.said_on([gp.person_id], place["ZPA"]) == {gp.person_id: TODAY}


def test_whoever_declares_nowhere_has_no_task(place: Any) -> None:
    assert [
        list(tasks_of(place.actor(role), TODAY)) for role in ("supplier", "administrator", "performance_manager")
    ] == [[]] * 3


def test_it_is_confirmed_on_the_page_in_the_words_that_are_true(place: Any, sign_in: Callable[..., Client]) -> None:
    gp, page = sign_in("gp"), reverse("governance:mine")
    assert "I have nothing to declare" in gp.get(page).content.decode()
    assert gp.post(reverse("governance:confirm"), {"says": "all"}).status_code == 400
    answer = gp.post(reverse("governance:confirm"), {"says": "nothing"}, follow=True).content.decode()
    assert "nothing to declare. That holds until" in answer
    interest_of(place.actor("gp"), place["ZPA"])
    assert "All my entries are complete" in gp.get(page).content.decode()


def test_an_old_declaration_is_told_on_the_page(place: Any, sign_in: Callable[..., Client]) -> None:
    say(place.actor("gp"), place)
    assert "held until 20 April 2010" in sign_in("gp").get(reverse("governance:mine")).content.decode()


def test_a_year_on_each_is_reminded_once_and_once_more_when_it_is_over(place: Any) -> None:
    gp, gone = place.actor("gp"), place.actor("practice_manager")
    place.actor("practice_nurse")  # never declared: the task alone
    for each in (gp, gone):
        say(each, place)
    person_of(gone).appointments.update(ends_before=date(2010, 1, 1))
    for day, told in ((date(2010, 4, 1), 0), (date(2010, 4, 12), 1), (date(2010, 4, 12), 1), (date(2010, 4, 25), 2)):
        remind_to_declare(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        assert Notice.objects.count() == told
    bodies = [each.body for each in Notice.objects.order_by("id")]
    assert "holds until 20 April 2010" in bodies[0]
    assert "no longer holds" in bodies[1]
    assert set(Notice.objects.values_list("person_id", flat=True)) == {gp.person_id}


def test_the_demonstration_has_everybody_declare_and_a_gp_tied_to_the_hospital(place: Any) -> None:
    for role in (
        "commissioning_manager",
        "gp",
        "board_member",
        "committee_member",
        "practice_nurse",
        "administrator",
        "dentist",
    ):
        place.appointment(role)
    demonstration.fill(clock.now())
    assert queries.undeclared_in(place["ZPA"], on=clock.today(), rules=demonstration_rules(place)) == []
    assert (Interest.everywhere.count(), Gift.everywhere.count()) == (5, 1)
    tied = [each.words for each in interests_in([place["ZHA"]], on=clock.today()) if each.person_id]
    assert any(
        "holds shares (30%) in Made-up Diagnostics Ltd, which is a partner in Hospital A" in each for each in tied
    )
    assert Person.objects.count() == Appointment.objects.count()


def demonstration_rules(place: Any) -> Any:
    from pbc_web.governance.rules import rules_of

    return rules_of(place["ZPA"], on=clock.today())
