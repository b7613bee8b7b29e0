"""Notices, escalations and e-mail in doubt as pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import AT

from pbc_web.accounts.models import Person
from pbc_web.notices.actions import Matter, close_escalation, mark_read_about, notify, open_escalation, write_letter
from pbc_web.notices.models import Escalation, Letter, Notice
from pbc_web.notices.tasks import matters_standing, notice_tasks


@pytest.fixture
def escalation(place: Any) -> Escalation:
    place.actor("performance_manager")
    matter = Matter(
        about=("budget", "2009-10"), cause="late", title="No offer by 1 May", commissioner=place["ZPA"],
        region=place["ZSHA"], raised_by=place["ZA0001"], answer_due_on=date(2009, 5, 1), words="We asked.", link="/x/",
    )  # fmt: skip
    return open_escalation(matter, by=place.actor("practice_manager"), at=AT)


def test_a_notice_is_read_and_leads_to_what_it_is_about(place: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("practice_manager")
    assert "not been told anything yet" in client.get("/notices/").content.decode()
    person = Person.objects.get(id=place.actor("practice_manager").person_id)
    for number in range(3):
        told = {
            "kind": "test",
            "subject": f"Offer {number}",
            "body": "First.\n\nSecond.",
            "link": "/runs/" if number else "",
        }
        notify(person, key=f"offer-{number}", at=AT, **told)  # type: ignore[arg-type]
    page = client.get("/notices/").content.decode()
    assert all(part in page for part in ("3 notices not read", "Offer 0", "Mark all as read"))
    first, second, third = Notice.objects.order_by("id")
    assert "Second." in client.get(f"/notices/{first.id}/").content.decode()
    assert Notice.objects.filter(read_at=None).count() == 3  # looking changes nothing
    assert client.post(f"/notices/{first.id}/").url == "/notices/"  # type: ignore[attr-defined]
    assert client.post(f"/notices/{second.id}/").url == "/runs/"  # type: ignore[attr-defined]
    assert client.post("/notices/read/").status_code == 302
    assert not Notice.objects.filter(read_at=None).exists()
    assert str(third) == "Offer 2"


def test_the_menu_and_the_home_page_say_what_is_not_read(place: Any, sign_in: Callable[..., Client]) -> None:
    client, actor = sign_in("practice_manager"), place.actor("practice_manager")
    person = Person.objects.get(id=actor.person_id)
    for subject, link in (
        ("Your query is answered: stays", "/x/"),
        ("Statement for June", "/statements/1/practice/ZA0001/"),
    ):
        notify(person, kind="test", subject=subject, body="Words.", link=link, key=subject, at=AT)
    home = client.get("/").content.decode()
    assert "Read: Your query is answered: stays" in home
    assert "Read: Statement for June" not in home  # the statement itself is what waits
    assert 'Notices (2<span class="nhsuk-u-visually-hidden"> not read</span>)' in home
    assert mark_read_about(actor.person_id, link="/statements/1/practice/ZA0001/", at=AT) == 1
    assert "Notices (1<" in client.get("/").content.decode()
    client.post(f"/notices/{Notice.objects.get(read_at=None).id}/")
    assert "Notices (" not in client.get("/").content.decode()


def test_the_region_finds_what_was_put_to_it_on_its_home_page(
    escalation: Escalation, place: Any, sign_in: Callable[..., Client]
) -> None:
    region = place.actor("performance_manager")
    before, after = (list(notice_tasks(region, day)) for day in (date(2009, 5, 1), date(2009, 5, 2)))
    assert [(each.title, each.due_on, each.is_late) for each in before] == [
        ("Answer: No offer by 1 May", date(2009, 5, 1), False)
    ]
    assert [each.is_late for each in after] == [True]
    assert [(each.figure, each.words) for each in matters_standing(region, date(2009, 5, 2))] == [("1", "1 overdue")]
    assert [each.words for each in matters_standing(region, date(2009, 5, 1))] == ["none is overdue"]
    home = sign_in("performance_manager").get("/").content.decode()
    assert f'href="/notices/escalations/{escalation.id}/"' in home
    close_escalation(escalation, by=region, at=AT)
    assert list(notice_tasks(region, date(2009, 5, 2))) == []
    assert list(matters_standing(place.actor("practice_manager"), date(2009, 5, 2))) == []


def test_somebody_who_left_gets_no_letter(place: Any) -> None:
    person = Person.objects.create_user("gone@example.invalid", name="Gone", is_active=False)
    notify(person, kind="test", subject="Offer", body="Words.", link="", key="offer", at=AT)
    assert not Letter.objects.exists()


def test_the_region_answers_on_the_page_and_those_concerned_read_it(
    escalation: Escalation, sign_in: Callable[..., Client]
) -> None:
    region, raiser, address = (
        sign_in("performance_manager"),
        sign_in("practice_manager"),
        f"/notices/escalations/{escalation.id}/",
    )
    assert "No offer by 1 May" in region.get("/notices/escalations/").content.decode()
    page = region.get(address).content.decode()
    assert all(part in page for part in ("We asked.", "Your answer", "overdue", "Open what this is about"))
    assert "Your answer" not in raiser.get(address).content.decode()
    assert region.post(address, {"answer": ""}).status_code == 400
    assert "Take out the NHS number" in region.post(address, {"answer": "Ask 943 476 5919"}).content.decode()
    assert raiser.post(address, {"answer": "Mine"}).status_code == 409
    assert region.post(address, {"answer": "By Friday."}).status_code == 302
    page = raiser.get(address).content.decode()
    assert all(part in page for part in ("By Friday.", "Performance manager ZSHA"))
    assert "Answered" in raiser.get("/notices/escalations/").content.decode()
    answered = Notice.objects.filter(subject__startswith="Answered", person__email__startswith="practice_manager").get()
    assert "By Friday." in answered.body
    assert str(escalation) == "No offer by 1 May"


def test_what_was_put_right_says_so(escalation: Escalation, place: Any, sign_in: Callable[..., Client]) -> None:
    close_escalation(escalation, by=place.actor("finance_manager"), at=AT)
    page = sign_in("performance_manager").get(f"/notices/escalations/{escalation.id}/").content.decode()
    assert "put right before an answer was due" in page


def test_an_administrator_settles_what_is_in_doubt(place: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("administrator")
    assert "No e-mail is in doubt" in client.get("/notices/outbox/").content.decode()
    for key in ("arrived", "again"):
        write_letter(f"{key}@example.invalid", subject=key, body="Words.", key=key, at=AT)
    Letter.objects.update(state="uncertain", said="TimeoutError")
    page = client.get("/notices/outbox/").content.decode()
    assert all(part in page for part in ("Perhaps sent", "arrived@example.invalid", "Send again"))
    arrived, again = Letter.objects.order_by("id")
    assert client.post(f"/notices/outbox/{again.id}/", {}).status_code == 400
    client.post(f"/notices/outbox/{arrived.id}/", {"has_arrived": "yes"})
    client.post(f"/notices/outbox/{again.id}/", {"has_arrived": "no"})
    assert list(Letter.objects.order_by("id").values_list("state", flat=True)) == ["sent", "waiting"]
    assert str(again) == "again"
