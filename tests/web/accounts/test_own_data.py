"""V14 data protection: everybody may take away what is kept of them, and be forgotten while the trail holds."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from tests.web.accounts.conftest import PASSWORD, give_app
from tests.web.conftest import AT, TESTS

from pbc.errors import RefusedInput
from pbc_web.accounts.actions import arrange_cover, end_appointment, erase, invite
from pbc_web.accounts.models import Appointment, Invitation, Person
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import as_sentences, broken_at


def test_v14_own_data_are_taken_away_as_json(sign_in: Callable[..., Client], place: Any) -> None:
    gp = place.appointment("gp")
    give_app(place.appointment("practice_nurse").person)
    arrange_cover(
        gp, colleague=place.appointment("practice_nurse").person, starts_on=AT.date(), until=AT.date(), by=TESTS, at=AT
    )
    client = sign_in("practice_nurse")
    kept = client.post(reverse("own_data")).json()
    assert kept["email"] == "practice_nurse.za0001@example.invalid"
    assert [each["covers_for"] for each in kept["appointments"]] == ["", "GP ZA0001"]
    assert [each["kind"] for each in kept["ways_to_sign_in"]] == ["totp"]
    assert "password" not in str(kept)


def test_v14_a_person_is_forgotten_everywhere_and_the_trail_still_holds(
    sign_in: Callable[..., Client], place: Any, nurse: Person
) -> None:
    own = Client()
    own.post("/account/login/", {"login": nurse.email, "password": "not the password"})
    own.post("/account/login/", {"login": nurse.email, "password": PASSWORD})
    give_app(nurse)
    invite(
        email=nurse.email, name=nurse.name, role_code="practice_manager", organisation=place["ZA0002"],
        invited_by=place.appointment("gp").person, by=TESTS, at=AT,
    )  # fmt: skip
    administrator = sign_in("administrator")
    page = reverse("erase_person", args=[nurse.number])
    assert "cannot be brought back" in administrator.get(page).text
    administrator.post(page, {"sure": "yes"})
    assert own.get("/account/").status_code != 200
    kept = [
        *Person.objects.values(), *Authenticator.objects.filter(user=nurse).values(), *AccessAttempt.objects.values(),
        *Invitation.objects.values(), *Entry.objects.values(), *Appointment.objects.filter(person=nurse).values(),
    ]  # fmt: skip
    assert "practice_nurse.za0001" not in str(kept)
    assert "Practice nurse ZA0001" not in str(kept)
    nurse.refresh_from_db()
    assert (nurse.is_active, nurse.has_usable_password()) == (False, False)
    assert broken_at() is None
    said = [said for _, _, said in as_sentences(Entry.objects.filter(person=str(nurse.number)))]
    assert f"{nurse.number} signed in." in said
    with pytest.raises(RefusedInput, match="forgotten already"):
        erase(nurse, on=AT.date(), by=TESTS, at=AT)
    assert administrator.get(page).status_code == 404


def test_v14_a_person_is_forgotten_on_the_last_day_of_their_appointment(nurse: Person) -> None:
    held = Appointment.objects.get(person=nurse)
    end_appointment(held, on=AT.date(), by=TESTS, at=AT)
    erase(nurse, on=AT.date(), by=TESTS, at=AT)
    held.refresh_from_db()
    assert (held.last_day, Entry.objects.filter(verb="end_appointment").count()) == (AT.date(), 1)


def test_v14_nobody_forgets_themselves_nor_by_a_single_click(sign_in: Callable[..., Client], place: Any) -> None:
    administrator = place.appointment("administrator").person
    client = sign_in("administrator")
    assert (
        "cannot forget yourself"
        in client.post(reverse("erase_person", args=[administrator.number]), {"sure": "yes"}).text
    )
    nurse = place.appointment("practice_nurse").person
    client.post(reverse("erase_person", args=[nurse.number]))
    assert Person.objects.filter(erased_at=None).count() == 2
