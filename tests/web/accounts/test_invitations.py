"""People come by invitation: who may invite whom to what, by a token that works once, for 14 days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.web.accounts.conftest import PASSWORD
from tests.web.conftest import AT

from pbc.errors import RefusedInput
from pbc_web.accounts import letters
from pbc_web.accounts.actions import accept, invite, resend, withdraw
from pbc_web.accounts.actions.invitations import hash_of
from pbc_web.accounts.models import Appointment, Invitation, Person
from pbc_web.accounts.permissions import roles_to_give
from pbc_web.accounts.queries import organisations_to_appoint_in
from pbc_web.audit.models import Entry

NEW = "new.person@example.invalid"


def ask(
    place: Any, role_code: str = "practice_nurse", *, email: str = NEW, by: str = "practice_manager"
) -> tuple[Invitation, str]:
    actor = place.actor(by)
    return invite(
        email=email, name="New Person", role_code=role_code, organisation=place["ZA0001"],
        invited_by=Person.objects.get(id=actor.person_id), by=actor, at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    "role, codes",
    [
        ("practice_manager", ["ZA0001"]),
        ("cluster_lead", ["ZCA1"]),
        ("commissioning_manager", ["ZA0001", "ZA0002", "ZA0003", "ZCA1", "ZCA2", "ZPA"]),
        ("practice_nurse", []),
        ("finance_manager", []),
    ],
)
def test_where_a_role_may_appoint(role: str, codes: list[str], place: Any) -> None:
    assert sorted(organisations_to_appoint_in(place.actor(role)).values_list("code", flat=True)) == codes


def test_an_administrator_may_appoint_anywhere(place: Any) -> None:
    assert organisations_to_appoint_in(place.actor("administrator")).count() == len(place.organisations)


def test_a_role_that_reads_records_is_given_by_the_practice_or_an_administrator_never_by_who_pays(place: Any) -> None:
    practice = place["ZA0001"]
    given = {by: {role.code for role in roles_to_give(place.actor(by), practice)} for by in
             ("practice_manager", "administrator", "commissioning_manager")}  # fmt: skip
    assert (
        given["practice_manager"]
        == given["administrator"]
        == {"gp", "practice_nurse", "practice_manager", "pharmacist"}
    )
    assert given["commissioning_manager"] == {"practice_nurse", "practice_manager", "pharmacist"}


def test_an_invitation_is_sent_and_taken_up_with_name_and_password(sign_in: Callable[..., Client], place: Any) -> None:
    with time_machine.travel(AT, tick=False):
        answer = sign_in("practice_manager").post(
            reverse("invite", args=["ZA0001"]),
            {"name": "New Person", "email": NEW.upper(), "role_code": "practice_nurse"},
        )
        assert answer.url == reverse("people_of", args=["ZA0001"])
        letter = mail.outbox[0]
        assert letter.to == [NEW]
        assert "Practice nurse of Practice A1" in letter.body
        address = next(word for word in letter.body.split() if "/invitation/" in word)
        newcomer = Client()
        assert "Practice manager ZA0001 invites you" in newcomer.get(address).text
        short = newcomer.post(address, {"name": "New Person", "password": "short"})
        assert (short.status_code, Person.objects.filter(email=NEW).exists()) == (400, False)
        assert newcomer.post(address, {"name": "New Person", "password": PASSWORD}).url == reverse("account")
        assert "Practice nurse, Practice A1" in newcomer.get("/account/").text
        assert Client().get(address).status_code == 404
    appointment = Appointment.objects.get(person__email=NEW)
    assert (appointment.role_code, appointment.starts_on) == ("practice_nurse", AT.date())
    assert list(Entry.objects.filter(verb__contains="invit").values_list("verb", flat=True)) == [
        "invite",
        "accept_invitation",
    ]


def test_the_token_is_kept_as_its_hash_alone(place: Any) -> None:
    invitation, token = ask(place)
    assert invitation.token_hash == hash_of(token)
    assert token not in str(list(Invitation.objects.values())) + str(list(Entry.objects.values()))


def test_an_invitation_expires_after_14_days(place: Any, client: Client) -> None:
    _, token = ask(place)
    address = reverse("accept_invitation", args=[token])
    with time_machine.travel(AT + timedelta(days=13, hours=23), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(AT + timedelta(days=14), tick=False):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "New", "password": PASSWORD}).status_code == 404


def test_sending_again_spends_the_token_before_and_withdrawing_every_token(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    with time_machine.travel(AT, tick=False):
        invitation, first = ask(place)
        manager = sign_in("practice_manager")
        manager.post(reverse("resend_invitation", args=[invitation.id]))
        second = next(word for word in mail.outbox[0].body.split() if "/invitation/" in word)
        assert Client().get(reverse("accept_invitation", args=[first])).status_code == 404
        assert Client().get(second).status_code == 200
        manager.post(reverse("withdraw_invitation", args=[invitation.id]))
        assert Client().get(second).status_code == 404
        assert manager.post(reverse("withdraw_invitation", args=[invitation.id])).status_code == 409


def test_the_same_invitation_twice_is_one_sent_again(place: Any) -> None:
    first, _ = ask(place)
    second, _ = ask(place)
    assert first.id == second.id
    assert Invitation.objects.count() == 1


def test_somebody_known_gains_the_role_after_signing_in_and_nobody_else_does(
    place: Any, sign_in: Callable[..., Client]
) -> None:
    with time_machine.travel(AT, tick=False):
        gp = place.appointment("gp").person
        _, token = ask(place, "practice_manager", email=gp.email)
        address = reverse("accept_invitation", args=[token])
        assert Client().get(address).url == f"{reverse('account_login')}?next={address.replace('/', '%2F')}"
        assert sign_in("practice_nurse").post(address).status_code == 409
        own = sign_in("gp")
        assert "Practice manager" in own.get(address).text
        assert own.post(address).url == reverse("choose_role")
        assert {each.role_code for each in gp.appointments.all()} == {"gp", "practice_manager"}


def test_taking_up_a_role_one_holds_already_makes_no_second(place: Any) -> None:
    nurse = place.appointment("practice_nurse")
    invitation, _ = ask(place, email=nurse.person.email)
    assert accept(invitation, person=nurse.person, on=AT.date(), by=place.actor("practice_nurse"), at=AT) == nurse


def test_what_an_invitation_refuses(place: Any) -> None:
    manager = place.actor("practice_manager")
    person = Person.objects.get(id=manager.person_id)
    with pytest.raises(RefusedInput, match="Nobody appoints themselves"):
        ask(place, "gp", email=person.email)
    with pytest.raises(RefusedInput, match="not held here"):
        ask(place, "finance_manager")
    invitation, _ = ask(place)
    with pytest.raises(RefusedInput, match="somebody else"):
        accept(invitation, person=person, on=AT.date(), by=manager, at=AT)
    stranger = Person.objects.create_user(NEW, name="New")
    with pytest.raises(RefusedInput, match="expired"):
        accept(invitation, person=stranger, on=AT.date(), by=manager, at=AT + timedelta(days=15))
    withdraw(invitation, by=manager, at=AT)
    with pytest.raises(RefusedInput, match="taken up or withdrawn"):
        resend(invitation, by=manager, at=AT)
    assert invite(
        email="other@example.invalid", name="O", role_code="gp", organisation=place["ZA0001"], invited_by=person, by=manager, at=AT
    )[0].state(AT) == "open"  # fmt: skip


def test_a_letter_that_cannot_be_sent_says_so_and_the_invitation_stands(
    sign_in: Callable[..., Client], place: Any, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody takes letters there
    said = {
        "name": "New Person",
        "email": NEW,
        "role_code": "practice_nurse",
        "until-day": "31",
        "until-month": "3",
        "until-year": "2199",
    }
    answer = sign_in("practice_manager").post(reverse("invite", args=["ZA0001"]), said, follow=True)
    assert "could not be sent" in answer.text
    assert Invitation.objects.get().ends_before.isoformat() == "2199-04-01"


def test_a_commissioner_cannot_invite_a_reader_of_records_by_a_made_up_form(
    sign_in: Callable[..., Client], place: Any
) -> None:
    said = {"name": "An Eye", "email": NEW, "role_code": "gp"}
    answer = sign_in("commissioning_manager").post(reverse("invite", args=["ZA0001"]), said)
    assert (answer.status_code, Invitation.objects.count()) == (400, 0)


def test_an_invitation_ends_after_today_and_names_no_patient(sign_in: Callable[..., Client]) -> None:
    said = {
        "name": "943 476 5919",
        "email": NEW,
        "role_code": "gp",
        "until-day": "1",
        "until-month": "1",
        "until-year": "2001",
    }
    page = sign_in("practice_manager").post(reverse("invite", args=["ZA0001"]), said).text
    assert "Until must be after today" in page
    assert "Take out the NHS number" in page


def test_states_of_an_invitation(place: Any) -> None:
    invitation, _ = ask(place)
    assert invitation.state(AT) == "open"
    assert invitation.state(AT + timedelta(days=14)) == "expired"
    invitation.withdrawn_at = AT
    assert invitation.state(AT) == "withdrawn"
    invitation.accepted_at = AT
    assert invitation.state(AT) == "accepted"
    assert letters.LOG.name == "pbc_web.accounts.letters"
