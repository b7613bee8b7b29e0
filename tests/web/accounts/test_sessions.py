"""V7 sessions: a new key at sign-in, limits, and ending all of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse
from tests.web.accounts.conftest import PASSWORD
from tests.web.conftest import AT

from pbc_web.accounts.models import Person
from pbc_web.audit.models import Entry


def enter(client: Client, person: Person) -> None:
    assert client.post("/account/login/", {"login": person.email, "password": PASSWORD}).url == "/"


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_v7_sign_in_gives_the_session_a_new_key(nurse: Person) -> None:
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    enter(client, nurse)
    assert client.session.session_key != before


def test_v7_a_session_left_alone_for_20_minutes_is_over(nurse: Person) -> None:
    client = Client()
    with time_machine.travel(AT, tick=False) as clock:
        enter(client, nurse)
        assert is_in(client)
        clock.shift(timedelta(minutes=19))
        assert is_in(client)
        clock.shift(timedelta(minutes=19))
        assert is_in(client)
        clock.shift(timedelta(minutes=20, seconds=31))
        assert not is_in(client)
        clock.shift(timedelta(minutes=-30))
        assert not is_in(client)


def test_v7_a_session_is_over_after_12_hours_whatever_is_done(nurse: Person) -> None:
    client = Client()
    with time_machine.travel(AT, tick=False) as clock:
        enter(client, nurse)
        for _ in range(48):
            assert is_in(client)
            clock.shift(timedelta(minutes=15))
        clock.shift(timedelta(minutes=1))
        assert not is_in(client)


def test_v7_a_session_may_be_kept_before_it_ends(nurse: Person) -> None:
    client = Client()
    with time_machine.travel(AT, tick=False) as clock:
        enter(client, nurse)
        clock.shift(timedelta(minutes=18))
        assert client.post(reverse("extend_session")).status_code == 204
        clock.shift(timedelta(minutes=18))
        assert is_in(client)


def test_v7_signing_out_everywhere_ends_every_session(nurse: Person) -> None:
    here, there = Client(), Client()
    enter(here, nurse)
    enter(there, nurse)
    assert here.post(reverse("sign_out_everywhere")).url == "/account/login/"
    assert (is_in(here), is_in(there)) == (False, False)
    enter(here, nurse)
    assert (is_in(here), is_in(there)) == (True, False)
    assert Entry.objects.filter(verb="end_all_sessions").count() == 1


def test_v7_signing_out_ends_the_session_on_the_server(nurse: Person) -> None:
    client = Client()
    enter(client, nurse)
    kept = client.cookies["session"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["session"] = kept
    assert not is_in(thief)


def test_v7_a_changed_password_ends_the_other_sessions(nurse: Person) -> None:
    here, there = Client(), Client()
    enter(here, nurse)
    enter(there, nurse)
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "four boats over hills"})
    assert not is_in(there)


def test_v7_signing_out_is_no_link(sign_in: Callable[..., Client], place: Any) -> None:
    client = sign_in("practice_nurse")
    client.get("/account/logout/")
    assert is_in(client)
