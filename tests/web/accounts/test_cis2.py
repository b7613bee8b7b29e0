"""V9 and V10 tokens and OpenID Connect: sign-in with NHS CIS2 against a provider on this machine, honest and hostile."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from tests.web.accounts.cis2_provider import CLIENT, Cis2, serving
from tests.web.accounts.conftest import give_app

from pbc.errors import RefusedInput
from pbc_web.accounts.cis2.claims import judge
from pbc_web.accounts.cis2.tokens import spend
from pbc_web.accounts.models import Person, SpentToken
from pbc_web.audit.models import Entry
from pbc_web.config import environment
from pbc_web.shell import clock

UID = "555000111222"
EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.fixture
def care_identity(settings: Any) -> Iterator[Cis2]:
    with serving() as provider:
        known = {
            "issuer": provider.address, "client_id": CLIENT, "secret": "not much", "private_key": "",
            "least_authentication_level": 2,
        }  # fmt: skip
        settings.PBC_CIS2 = known
        settings.SOCIALACCOUNT_PROVIDERS = environment.openid_connect(known)
        yield provider


@pytest.fixture
def manager(place: Any) -> Person:
    """PCT A's finance manager, linked to NHS CIS2."""
    person: Person = place.appointment("finance_manager").person
    person.cis2_uid = UID
    person.save()
    return person


def back_from(client: Client, address: str = "cis2_sign_in") -> str:
    """Go to the provider by a real redirect; where it sends the browser back to."""
    there = client.post(reverse(address)).url
    location = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    return location.removeprefix("http://testserver")


def come_in(client: Client) -> Any:
    return client.get(back_from(client))


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_somebody_linked_signs_in_for_the_organisation_they_chose(
    care_identity: Cis2, manager: Person, client: Client
) -> None:
    manager.authenticator_set.all().delete()  # CIS2 itself asked for more than a password
    answer = come_in(client)
    assert answer.url == "/"
    assert "Finance manager ZPA" in client.get("/account/").text
    assert client.get(reverse("organisations:listing")).status_code == 200
    path, asked = care_identity.asked[1]
    assert path == "/authorize"
    assert set(asked["scope"].split()) == {
        "openid",
        "profile",
        "email",
        "nationalrbacaccess",
        "associatedorgs",
        "selectedrole",
    }
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) > 30
    assert Entry.objects.filter(verb="sign_in", person=str(manager.number)).exists()


def test_the_key_is_the_number_and_never_the_address(care_identity: Cis2, place: Any, client: Client) -> None:
    person = place.appointment("finance_manager").person
    care_identity.twist_user = lambda said: said | {"email": person.email, "email_verified": True}
    answer = come_in(client)
    assert answer.status_code == 403
    assert "nobody here has linked that identity" in answer.text
    assert not is_in(client)


def test_the_organisation_chosen_must_be_one_of_an_appointment_else_a_page_says_wrong_role(
    care_identity: Cis2, manager: Person, client: Client
) -> None:
    care_identity.twist = lambda claims: claims | {"selected_roleid": "r2"}
    answer = come_in(client)
    assert answer.status_code == 403
    assert "You chose a role we do not know you in" in answer.text
    assert "PCT A (ZPA)" in answer.text
    assert not is_in(client)


def test_an_appointment_that_ended_opens_nothing_whatever_the_token_says(
    care_identity: Cis2, manager: Person, client: Client
) -> None:
    manager.appointments.update(ends_before="2009-01-01")
    assert "You chose a role we do not know you in" in come_in(client).text
    assert not is_in(client)


def test_a_closed_account_does_not_come_in(care_identity: Cis2, manager: Person, client: Client) -> None:
    Person.objects.update(is_active=False)
    assert come_in(client).status_code == 403


def test_an_account_is_linked_by_its_own_person_and_one_identity_is_one_person(
    care_identity: Cis2, place: Any, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("finance_manager")
    assert client.get(back_from(client, "cis2_link")).url == reverse("account")
    assert "Linked" in client.get("/account/").text
    other = sign_in("information_manager")
    assert "belongs to another person" in other.get(back_from(other, "cis2_link")).text
    client.post(reverse("cis2_unlink"))
    assert not Person.objects.filter(cis2_uid=UID).exists()
    assert set(Entry.objects.filter(verb__contains="link_cis2").values_list("verb", flat=True)) == {
        "link_cis2",
        "unlink_cis2",
    }


def test_linking_needs_the_session_that_began_it(care_identity: Cis2, sign_in: Callable[..., Client]) -> None:
    client = sign_in("finance_manager")
    back = back_from(client, "cis2_link")
    client.post("/account/logout/")
    assert client.get(back).status_code == 403
    assert not Person.objects.filter(cis2_uid=UID).exists()


def test_without_configuration_the_addresses_lead_nowhere(client: Client, db: Any) -> None:
    assert client.post(reverse("cis2_sign_in")).status_code == 404
    assert client.get(reverse("cis2_callback")).status_code == 404
    assert client.post(reverse("cis2_signed_out_there")).status_code == 404
    assert "CIS2" not in client.get("/account/login/").text


def test_the_sign_in_page_offers_it_where_configured(care_identity: Cis2, client: Client, db: Any) -> None:
    assert "Sign in with NHS CIS2" in client.get("/account/login/").text


def test_a_private_key_proves_us_instead_of_a_secret(
    care_identity: Cis2, manager: Person, client: Client, settings: Any
) -> None:
    ours = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    pem = ours.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    known = settings.PBC_CIS2 | {"private_key": pem.decode(), "secret": ""}
    settings.PBC_CIS2, settings.SOCIALACCOUNT_PROVIDERS = known, environment.openid_connect(known)
    assert come_in(client).url == "/"
    sent = next(plain for path, plain in care_identity.asked if path == "/token")
    assert "client_secret" not in sent
    said = jwt.decode(
        sent["client_assertion"], ours.public_key(), algorithms=["RS512"], audience=f"{care_identity.address}/token"
    )
    assert said["iss"] == said["sub"] == CLIENT


# --- hostile -----------------------------------------------------------------------------------------------------------------
def unsigned(care_identity: Cis2, claims: dict[str, Any]) -> str:
    return str(jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}))


def signed_by_another(care_identity: Cis2, claims: dict[str, Any]) -> str:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return str(jwt.encode(claims, other, algorithm="RS256", headers={"kid": "one"}))


def signed_with_the_public_key_as_a_secret(care_identity: Cis2, claims: dict[str, Any]) -> str:
    parts = jwt.utils.base64url_encode
    head = parts(b'{"alg":"HS256","kid":"one","typ":"JWT"}')
    body = parts(json.dumps(claims).encode())
    public = care_identity.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    mark = hmac.new(public, head + b"." + body, "sha256").digest()
    return (head + b"." + body + b"." + parts(mark)).decode()


def of_no_known_key(care_identity: Cis2, claims: dict[str, Any]) -> str:
    return str(jwt.encode(claims, care_identity.key, algorithm="RS256", headers={"kid": "two"}))


@pytest.mark.parametrize("sign", [unsigned, signed_by_another, signed_with_the_public_key_as_a_secret, of_no_known_key])
def test_v10_a_token_not_signed_by_the_issuers_key_is_refused(
    sign: Callable[[Cis2, dict[str, Any]], str], care_identity: Cis2, manager: Person, client: Client
) -> None:
    care_identity.sign = sign
    assert come_in(client).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    "twist",
    [
        pytest.param({"iss": "https://elsewhere.invalid"}, id="issuer"),
        pytest.param({"aud": "another-client"}, id="audience"),
        pytest.param({"aud": [CLIENT, "another-client"]}, id="audience of several without us as the party"),
        pytest.param({"azp": "another-client"}, id="party"),
        pytest.param({"exp": 1_000_000_000}, id="expired"),
        pytest.param({"iat": 99_999_999_999, "exp": 99_999_999_999}, id="issued in the future"),
        pytest.param({"nonce": "of another sign-in"}, id="nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"exp": None}, id="no expiry"),
        pytest.param({"sub": "999"}, id="another subject than the user told of"),
        pytest.param({"id_assurance_level": "2"}, id="identity proved too weakly"),
        pytest.param({"id_assurance_level": None}, id="identity level not told"),
        pytest.param({"authentication_assurance_level": "1"}, id="signed in too weakly"),
        pytest.param({"authentication_assurance_level": "3.5"}, id="level that is none"),
        pytest.param({"selected_roleid": "r9"}, id="role not held"),
        pytest.param({"selected_roleid": None}, id="no role chosen"),
    ],
)
def test_v10_a_claim_that_does_not_hold_is_refused(
    twist: dict[str, Any], care_identity: Cis2, manager: Person, client: Client
) -> None:
    care_identity.twist = lambda claims: {name: value for name, value in (claims | twist).items() if value is not None}
    assert come_in(client).status_code == 403
    assert not is_in(client)


def test_v10_another_state_or_another_browsers_is_refused(care_identity: Cis2, manager: Person, client: Client) -> None:
    back = back_from(client)
    assert Client().get(back).status_code == 403
    forged = back.replace("state=", "state=x")
    assert client.get(forged).status_code == 403
    assert client.get(reverse("cis2_callback")).status_code == 403
    assert not is_in(client)


def test_v10_an_answer_played_again_is_refused(care_identity: Cis2, manager: Person, client: Client) -> None:
    back = back_from(client)
    assert client.get(back).url == "/"
    client.post("/account/logout/")
    assert client.get(back).status_code == 403
    assert not is_in(client)


def test_v10_an_identity_token_played_again_is_refused(care_identity: Cis2, manager: Person) -> None:
    first, second = Client(), Client()
    come_in(first)
    stolen = care_identity.last_token
    care_identity.sign = lambda provider, claims: stolen
    assert come_in(second).status_code == 403
    assert not is_in(second)


def test_v10_a_code_without_its_verifier_is_worth_nothing(care_identity: Cis2, manager: Person, client: Client) -> None:
    theirs = Client()
    stolen = back_from(theirs).split("code=")[1].split("&")[0]
    back = back_from(client)
    swapped = back.replace(back.split("code=")[1].split("&")[0], stolen)
    assert client.get(swapped).status_code == 403


def test_v10_an_issuer_that_says_it_is_another_is_refused_before_leaving(
    care_identity: Cis2, client: Client, db: Any
) -> None:
    care_identity.issuer_said = "https://elsewhere.invalid"
    assert client.post(reverse("cis2_sign_in")).status_code == 403


def test_v10_a_provider_that_does_not_answer_is_told_in_words(
    care_identity: Cis2, client: Client, db: Any, settings: Any
) -> None:
    known = settings.PBC_CIS2 | {"issuer": "http://127.0.0.1:9"}
    settings.PBC_CIS2, settings.SOCIALACCOUNT_PROVIDERS = known, environment.openid_connect(known)
    assert "You were not signed in with NHS CIS2" in client.post(reverse("cis2_sign_in")).text


def test_v10_an_error_told_by_the_provider_is_a_page_without_its_words(
    care_identity: Cis2, client: Client, db: Any
) -> None:
    state = back_from(client).split("state=")[1]
    page = client.get(reverse("cis2_callback"), {"error": "<b>planted</b>", "state": state})
    assert page.status_code == 403
    assert "planted" not in page.text


def test_v10_sign_in_begins_by_a_form_and_not_by_a_link(care_identity: Cis2, client: Client, db: Any) -> None:
    assert client.get(reverse("cis2_sign_in")).status_code == 405


# --- signing out there -----------------------------------------------------------------------------------------------------------
def notice(care_identity: Cis2, **twist: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": care_identity.address,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": f"{time.monotonic_ns()}",
        "sub": UID,
        "events": EVENT,
    }
    return care_identity.signed({name: value for name, value in (claims | twist).items() if value is not None})


@pytest.mark.parametrize("about", [{"sub": UID}, {"sub": None, "sid": "session-1"}], ids=["person", "session"])
def test_v7_signing_out_at_cis2_ends_every_session_here(
    about: dict[str, Any], care_identity: Cis2, manager: Person, client: Client
) -> None:
    come_in(client)
    assert is_in(client)
    stranger = Client(enforce_csrf_checks=True)
    assert (
        stranger.post(reverse("cis2_signed_out_there"), {"logout_token": notice(care_identity, **about)}).status_code
        == 200
    )
    assert not is_in(client)


@pytest.mark.parametrize(
    "twist",
    [
        {"events": None},
        {"events": {}},
        {"nonce": "x"},
        {"sub": None},
        {"aud": "another"},
        {"iss": "x"},
        {"jti": None},
        {"exp": 1},
    ],
    ids=str,
)
def test_v7_a_notice_of_sign_out_that_does_not_hold_is_refused(
    twist: dict[str, Any], care_identity: Cis2, manager: Person, client: Client
) -> None:
    come_in(client)
    assert (
        client.post(reverse("cis2_signed_out_there"), {"logout_token": notice(care_identity, **twist)}).status_code
        == 400
    )
    assert client.post(reverse("cis2_signed_out_there")).status_code == 400
    assert is_in(client)


def test_v7_a_notice_of_sign_out_works_once(care_identity: Cis2, manager: Person, client: Client) -> None:
    said = notice(care_identity)
    assert client.post(reverse("cis2_signed_out_there"), {"logout_token": said}).status_code == 200
    come_in(client)
    assert client.post(reverse("cis2_signed_out_there"), {"logout_token": said}).status_code == 400
    assert is_in(client)


# --- pieces -----------------------------------------------------------------------------------------------------------------------
def test_claims_without_a_number_are_refused() -> None:
    with pytest.raises(RefusedInput, match="did not say who you are"):
        judge({"email": "a@example.invalid"}, least_authentication_level=2)


def test_spent_tokens_are_forgotten_once_they_would_have_expired(db: Any) -> None:
    now = clock.now()
    spend("one", expires=int(now.timestamp()), at=now)
    spend("two", expires=int(now.timestamp()), at=now + timedelta(minutes=5))
    assert SpentToken.objects.count() == 1


def test_a_half_configuration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBC_CIS2_ISSUER", "https://issuer.invalid/x")
    with pytest.raises(RefusedInput, match="half configured"):
        environment.cis2()
    monkeypatch.setenv("PBC_CIS2_CLIENT_ID", CLIENT)
    monkeypatch.setenv("PBC_CIS2_SECRET", "not much")
    known = environment.cis2()
    assert environment.origins(known) == ["https://issuer.invalid"]
    monkeypatch.setenv("PBC_CIS2_LEAST_AUTHENTICATION_LEVEL", "high")
    with pytest.raises(RefusedInput, match="is a level"):
        environment.cis2()


def test_a_second_factor_of_ones_own_is_not_asked_for_again(
    care_identity: Cis2, manager: Person, client: Client
) -> None:
    give_app(manager)
    assert come_in(client).url == "/"
    assert is_in(client)
