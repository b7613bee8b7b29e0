"""Tokens of programs: shown once, kept as a hash, scoped to an appointment, ended in every way they can end."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from pbc.errors import RefusedInput
from pbc_web.accounts.models import Appointment
from pbc_web.api.actions import MOST_HELD, hash_token, issue_token, revoke_token
from pbc_web.api.models import Token
from pbc_web.audit.models import Entry

AT = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
ASK = "/api/v1/organisations/"


@pytest.fixture
def issued(place: Any) -> tuple[Token, str]:
    with time_machine.travel(AT, tick=False):
        return issue_token(
            name="load", expires_on=date(2026, 12, 31), may_write=False, by=place.actor("finance_manager"), at=AT
        )


def asks(secret: str, *, on: datetime = AT) -> int:
    with time_machine.travel(on, tick=False):
        return int(Client().get(ASK, headers={"authorization": f"Bearer {secret}"}).status_code)


def test_a_token_opens_the_interface_and_only_its_hash_is_kept(issued: tuple[Token, str]) -> None:
    token, secret = issued
    assert asks(secret) == 200
    assert token.hash == hash_token(secret)
    assert not Token.objects.filter(hash__contains=secret[:12]).exists()
    assert secret not in "".join(str(entry.told) for entry in Entry.objects.all())


@pytest.mark.parametrize("wrong", ["", "pbc_", "pbc_x", "Bearer"])
def test_anything_else_opens_nothing(issued: tuple[Token, str], wrong: str) -> None:
    assert asks(wrong) == 401


def test_the_session_of_a_browser_opens_nothing(sign_in: Callable[..., Client]) -> None:
    assert sign_in("administrator").get(ASK).status_code == 401


def test_a_token_ends_with_its_last_day(issued: tuple[Token, str]) -> None:
    assert (
        asks(issued[1], on=datetime(2026, 12, 31, 23, 59, tzinfo=UTC)),
        asks(issued[1], on=datetime(2027, 1, 1, 0, 1, tzinfo=UTC)),
    ) == (200, 401)


def test_a_token_ends_when_revoked_and_is_revoked_once(issued: tuple[Token, str], place: Any) -> None:
    for _ in range(2):
        revoke_token(issued[0], by=place.actor("finance_manager"), at=AT)
    assert asks(issued[1]) == 401
    assert Entry.objects.filter(verb="revoke_token").count() == 1


def test_a_token_ends_with_its_appointment(issued: tuple[Token, str]) -> None:
    Appointment.objects.filter(id=issued[0].appointment_id).update(ends_before=date(2026, 5, 1))
    assert asks(issued[1]) == 401


def test_a_token_ends_with_its_person(issued: tuple[Token, str]) -> None:
    person = issued[0].appointment.person
    person.is_active = False
    person.save()
    assert asks(issued[1]) == 401


@pytest.mark.parametrize("last_day", [date(2026, 5, 1), date(2025, 1, 1), date(2026, 5, 1) + timedelta(days=367)])
def test_a_token_lasts_from_a_day_to_a_year(place: Any, last_day: date) -> None:
    with pytest.raises(RefusedInput, match="at most a year"):
        issue_token(name="x", expires_on=last_day, may_write=False, by=place.actor("gp"), at=AT)


def test_nobody_holds_more_tokens_than_a_person_may(place: Any) -> None:
    with time_machine.travel(AT, tick=False):
        actor = place.actor("gp")
        for _ in range(MOST_HELD):
            issue_token(name="x", expires_on=date(2026, 6, 1), may_write=False, by=actor, at=AT)
        with pytest.raises(RefusedInput, match="as many tokens"):
            issue_token(name="x", expires_on=date(2026, 6, 1), may_write=False, by=actor, at=AT)


def test_pages_issue_show_once_and_revoke(sign_in: Callable[..., Client]) -> None:
    client = sign_in("practice_manager")
    year = datetime.now(UTC).year + 1
    form = {"name": "load <b>", "expires_on-day": "1", "expires_on-month": "1", "expires_on-year": str(year)}
    told = client.post("/account/programs/new/", form).content.decode()
    assert told.count("pbc_") == 1
    assert "load &lt;b&gt;" in told
    listed = client.get("/account/programs/").content.decode()
    assert "pbc_" not in listed
    token = Token.objects.get()
    client.post(f"/account/programs/{token.id}/revoke/")
    assert "Ended" in client.get("/account/programs/").content.decode()


def test_another_persons_token_is_not_found(sign_in: Callable[..., Client], issued: tuple[Token, str]) -> None:
    assert sign_in("practice_manager").post(f"/account/programs/{issued[0].id}/revoke/").status_code == 404
