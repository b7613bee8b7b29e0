"""What signing out everywhere, a new password and being forgotten end; and that files taken stand in the trail."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from pbc_web.accounts.actions import end_all_sessions, erase
from pbc_web.accounts.models import Person
from pbc_web.api.actions import issue_token
from pbc_web.audit.models import Entry
from pbc_web.notices.actions import notify
from pbc_web.notices.models import Letter, Notice

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def at_work() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def asks(secret: str) -> int:
    return int(Client().get("/api/v1/organisations/", headers={"authorization": f"Bearer {secret}"}).status_code)


def test_signing_out_everywhere_ends_tokens_too(place: Any, at_work: None) -> None:
    actor = place.actor("gp")
    _, secret = issue_token(name="x", expires_on=date(2026, 6, 1), may_write=False, by=actor, at=AT)
    assert asks(secret) == 200
    end_all_sessions(Person.objects.get(id=actor.person_id), by=actor, at=AT)
    assert asks(secret) == 401
    assert asks(issue_token(name="y", expires_on=date(2026, 6, 1), may_write=False, by=actor, at=AT)[1]) == 200


def test_a_new_password_ends_other_sessions_and_tokens_but_not_ones_own(place: Any, at_work: None) -> None:
    person = place.appointment("practice_nurse").person
    person.set_password("correct horse battery 1")
    person.save()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/account/login/", {"login": person.email, "password": "correct horse battery 1"})
    actor = place.actor("practice_nurse")
    secret = issue_token(name="x", expires_on=date(2026, 6, 1), may_write=False, by=actor, at=AT)[1]
    new = {
        "oldpassword": "correct horse battery 1",
        "password1": "staple correct horse 2",
        "password2": "staple correct horse 2",
    }
    here.post("/account/password/change/", new)
    assert (here.get("/account/").status_code, elsewhere.get("/account/").status_code, asks(secret)) == (200, 302, 401)


def test_a_person_forgotten_is_forgotten_by_notices_and_letters(place: Any, at_work: None) -> None:
    person = place.appointment("practice_nurse").person
    notify(person, kind="x", subject="Said to Anna", body="Dear Anna", link="", key="1", at=AT)
    assert (Notice.objects.filter(person=person).count(), Letter.objects.filter(to=person.email).count()) == (1, 1)
    erase(person, on=AT.date(), by=place.actor("administrator"), at=AT)
    assert (Notice.objects.filter(person=person).count(), Letter.objects.count()) == (0, 0)


def test_a_file_taken_stands_in_the_trail(place: Any, sign_in: Callable[..., Client]) -> None:
    from tests.web.budgets.rounds import offered, opened

    offer = offered(place, opened(place), "ZA0001")[0]
    answer = sign_in("practice_manager").get(f"/budgets/offers/{offer.id}/file.csv")
    entry = Entry.objects.get(verb="export")
    person = place.appointment("practice_manager").person
    assert (answer.status_code, entry.person, entry.told["what"]) == (
        200,
        str(person.number),
        "the file budget-2009-10-ZA0001.csv",
    )
