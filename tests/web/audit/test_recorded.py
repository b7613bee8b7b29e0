"""V16 logging: sign-in, denial, decision, export, role change and viewing as somebody are in the trail, without secrets."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.web.accounts.conftest import PASSWORD

from pbc_web.accounts.models import Person
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import as_sentences


def verbs() -> list[str]:
    return list(Entry.objects.exclude(role="process").values_list("verb", flat=True))


def test_v16_signing_in_and_out_is_recorded(client: Client, place: Any) -> None:
    person = place.appointment("practice_nurse").person
    person.set_password(PASSWORD)
    person.save()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/logout/")
    assert verbs() == ["sign_in", "sign_out"]
    assert set(Entry.objects.exclude(role="process").values_list("person", "organisation")) == {
        (str(person.number), "ZA0001")
    }


def test_v16_a_refused_sign_in_is_recorded_without_what_was_typed(client: Client, place: Any) -> None:
    person: Person = place.appointment("practice_nurse").person
    client.post("/account/login/", {"login": person.email, "password": "a secret"})
    client.post("/account/login/", {"login": "my-password-by-mistake", "password": "a secret"})
    client.post("/account/login/", {"login": "who@example.invalid", "password": "a secret"})
    kept = list(Entry.objects.filter(verb="fail_to_sign_in").order_by("number"))
    assert [each.subject for each in kept] == [str(person.number), "somebody unknown"]
    assert "secret" not in str([each.told for each in kept])
    assert as_sentences(kept)[0][2] == f"somebody unknown was refused a sign-in as {person.name}."


def test_v16_a_denial_is_recorded_by_the_page_and_who(sign_in: Callable[..., Client], place: Any) -> None:
    assert sign_in("practice_nurse").get(reverse("everybody")).status_code == 403
    entry = Entry.objects.get(verb="be_denied")
    assert (entry.subject, entry.person) == ("everybody", place.actor("practice_nurse").person_number)


def test_v16_a_role_change_is_recorded_and_gives_the_session_a_new_key(
    sign_in: Callable[..., Client], place: Any
) -> None:
    client = sign_in("gp")
    before = client.session.session_key
    appointment = place.appointment("gp")
    assert client.post(reverse("choose_role"), {"appointment": appointment.id}).status_code == 302
    assert client.session.session_key != before
    assert Entry.objects.get(verb="change_role").told == {"role": "GP", "organisation": "Practice A1"}


def test_v16_every_export_of_the_trail_is_recorded(sign_in: Callable[..., Client]) -> None:
    client = sign_in("administrator")
    for name in ("trail_csv", "export"):
        assert client.post(reverse(f"audit:{name}")).status_code == 200
    assert client.post(reverse("own_data")).status_code == 200
    told = [each["what"] for each in Entry.objects.filter(verb="export").values_list("told", flat=True)]
    assert [each.split(" ", 1)[1] if each[0].isdigit() else each for each in told] == [
        "entries of the audit trail as CSV", "the whole audit trail", "their own data",
    ]  # fmt: skip


def test_v16_a_page_address_typed_by_a_stranger_does_not_come_into_the_trail(sign_in: Callable[..., Client]) -> None:
    client = sign_in("practice_nurse")
    client.get("/administration/people/?words=%0AFAKE%20ENTRY")
    assert "FAKE" not in str(list(Entry.objects.values()))
