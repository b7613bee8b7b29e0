"""V6 authentication: passwords, second factors, lockout; every page of the accounts library is ours or leads nowhere."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import get_hasher, identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from tests.web.accounts.conftest import PASSWORD, code_now, give_app
from tests.web.test_permission_matrix import all_views

from pbc_web.accounts.library_addresses import OPEN
from pbc_web.accounts.models import Person
from pbc_web.audit.models import Entry
from pbc_web.config import settings as in_earnest

LOGIN = "/account/login/"
OWN_PAGES = (  # of somebody signed in whose second factor was confirmed just now
    "account_logout", "account_change_password", "mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_deactivate_totp", "account_reauthenticate", "mfa_reauthenticate",
    "account", "second_factor", "choose_role",
)  # fmt: skip


def library_names() -> set[str]:
    module = next(each for each in get_resolver().url_patterns if "accounts.urls" in str(each.urlconf_name))
    inside = next(each for each in module.url_patterns if "library_addresses" in str(getattr(each, "urlconf_name", "")))
    return {name for name, _ in all_views([each for each in inside.url_patterns if hasattr(each, "url_patterns")])}


def test_every_address_of_the_library_is_open_in_our_pages_or_leads_nowhere(client: Client, db: Any) -> None:
    places = {
        "account_confirm_email": {"key": "x"}, "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
        **{name: {"pk": 1} for name in ("mfa_remove_webauthn", "mfa_edit_webauthn")},
        **{name: {"provider_id": "x"} for name in ("openid_connect_login", "openid_connect_callback")},
    }  # fmt: skip
    for name in library_names() - {"None"}:
        answer = client.get(reverse(name, kwargs=places.get(name, {})))
        assert (answer.status_code == 404) is (name not in OPEN), name


def test_pages_before_sign_in_are_nhs_pages(client: Client, db: Any) -> None:
    for name in ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive",
                 "account_reset_password_from_key_done"):  # fmt: skip
        page = client.get(reverse(name)).text
        assert 'class="nhsuk-template' in page or "nhsuk-header" in page, name
        assert page.count("<h1") == 1, name
    spent = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x-y"}))
    assert "This letter cannot be used" in spent.text


def test_a_password_field_may_be_shown_pasted_into_and_filled_by_a_password_keeper(client: Client, db: Any) -> None:
    page = client.get(LOGIN).text
    assert 'autocomplete="current-password"' in page
    assert "nhsuk-password-input" in page
    assert "onpaste" not in page
    assert 'type="email"' in page


def test_the_pages_of_ones_own_sign_in_are_nhs_pages(
    client: Client, nurse: Person, come_in: Callable[..., Any]
) -> None:
    secret = give_app(nurse)
    come_in(nurse.email)
    asked = client.get("/account/2fa/authenticate/").text
    assert 'autocomplete="one-time-code"' in asked
    assert 'inputmode="numeric"' in asked
    assert client.post("/account/2fa/authenticate/", {"code": code_now(secret)}).url == "/"
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.post("/account/2fa/recovery-codes/generate/").url == "/account/2fa/recovery-codes/"
    for name in OWN_PAGES:
        answer = client.get(reverse(name), follow=True)
        assert answer.status_code == 200, name
        assert answer.text.count("<h1") == 1, name
        assert "nhsuk-header" in answer.text, name


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_with_its_first_code_and_gives_recovery_codes(
    client: Client, nurse: Person, come_in: Callable[..., Any]
) -> None:
    assert come_in(nurse.email).url == "/"
    asked = client.get("/account/2fa/totp/activate/")
    assert asked.url.startswith("/account/reauthenticate/")
    client.post(asked.url, {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").text
    secret = page.split('class="pbc-key">')[1].split("<")[0]
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "The code is not right" in wrong.text
    answer = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})
    assert answer.url == "/account/2fa/recovery-codes/"
    codes = client.get(answer.url).text
    assert codes.count("<li><code>") == 10
    client.post("/account/logout/")
    come_in(nurse.email)
    recovery = codes.split("<li><code>")[1].split("<")[0]
    assert client.post("/account/2fa/authenticate/", {"code": recovery}).url == "/"
    told = list(Entry.objects.filter(verb="change_second_factor").values_list("told", flat=True))
    assert {each["change"] for each in told} == {"added"}


def test_a_password_is_changed_with_the_one_before_and_typed_once(
    client: Client, nurse: Person, come_in: Callable[..., Any]
) -> None:
    come_in(nurse.email)
    refused = client.post("/account/password/change/", {"oldpassword": "not it", "password1": "four boats over hills"})
    assert "Your current password is not right" in refused.text
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "four boats over hills"})
    nurse.refresh_from_db()
    assert nurse.check_password("four boats over hills")
    assert Entry.objects.filter(verb="change_password").count() == 1


def test_a_forgotten_password_is_made_new_by_letter_once(client: Client, nurse: Person) -> None:
    assert client.post("/account/password/reset/", {"email": nurse.email}).url == "/account/password/reset/done/"
    letter = mail.outbox[0].body
    address = next(word for word in letter.split() if "/password/reset/key/" in word)
    form = client.get(address, follow=True)
    at = form.request["PATH_INFO"]
    assert client.post(at, {"password1": "short"}).status_code == 200
    assert client.post(at, {"password1": "four boats over hills"}).status_code == 302
    nurse.refresh_from_db()
    assert nurse.check_password("four boats over hills")
    assert "cannot be used" in Client().get(address, follow=True).text


# --- V6 -------------------------------------------------------------------------------------------------------------------
def test_v6_passwords_are_kept_by_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=in_earnest.PASSWORD_HASHERS):
        kept = get_hasher("default").encode(PASSWORD, "saltsaltsalt")
        assert identify_hasher(kept).algorithm == "argon2"


@pytest.mark.parametrize("password", ["elevensigns", "administrator", "practice_nurse.za0001"])
def test_v6_a_short_common_or_similar_password_is_refused(password: str, nurse: Person) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, nurse)


def test_v6_long_passwords_with_spaces_and_any_sign_are_taken(nurse: Person) -> None:
    assert validate_password("ein schöner Tag, 漢字 " * 5, nurse) is None  # it raises where it refuses


def test_v6_an_unknown_address_reads_like_a_wrong_password_and_costs_the_same_hashing(
    nurse: Person, come_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hasher = get_hasher("default")
    real = type(hasher).encode
    monkeypatch.setattr(
        type(hasher), "encode", lambda self, password, salt: hashed.append(password) or real(self, password, salt)
    )
    known, known_cost = come_in(nurse.email, "wrong password here"), len(hashed)
    hashed.clear()
    unknown, unknown_cost = come_in("nobody@example.invalid", "wrong password here"), len(hashed)
    assert known_cost == unknown_cost == 1
    said = "The e-mail address or the password is not right"
    assert said in known.text
    told = [
        page.text.replace(address, "").split("<main")[1].split("csrfmiddlewaretoken")[0]
        for page, address in ((known, nurse.email), (unknown, "nobody@example.invalid"))
    ]
    assert told[0] == told[1]


def test_v6_an_unknown_address_gets_no_letter_and_the_same_page(client: Client, nurse: Person) -> None:
    known = client.post("/account/password/reset/", {"email": nurse.email}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "nobody@example.invalid"}, follow=True)
    assert [each.to for each in mail.outbox] == [[nurse.email]]
    assert known.text.split("<main")[1] == unknown.text.split("<main")[1]


def test_v6_five_wrong_passwords_lock_the_account_from_anywhere_however_it_is_spelled(
    nurse: Person, come_in: Callable[..., Any]
) -> None:
    spellings = (nurse.email, nurse.email.upper(), f" {nurse.email} ", nurse.email.title(), nurse.email)
    for at, spelling in enumerate(spellings):
        answer = come_in(spelling, "wrong password here", REMOTE_ADDR=f"192.0.2.{at}")
    assert answer.status_code == 429
    locked = come_in(nurse.email, REMOTE_ADDR="198.51.100.1")
    assert locked.status_code in (200, 429)  # the library's own count of five minutes says it on the form
    assert "Too many attempts" in locked.text
    cache.clear()  # its five minutes are over, our thirty are not
    assert come_in(nurse.email, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_v6_an_unknown_address_locks_with_the_same_words(nurse: Person, come_in: Callable[..., Any]) -> None:
    pages = []
    for email in (nurse.email, "nobody@example.invalid"):
        for _ in range(5):
            answer = come_in(email, "wrong password here", REMOTE_ADDR="192.0.2.7")
        pages.append((answer.status_code, answer.text.split("<main")[1]))
    assert pages[0] == pages[1]


def test_v6_roles_that_decide_are_held_at_setting_up_a_second_factor(client: Client, place: Any) -> None:
    person = place.appointment("finance_manager").person
    Authenticator.objects.filter(user=person).delete()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("organisations:listing")).url == reverse("second_factor")
    assert client.post(reverse("runs:listing")).url == reverse("second_factor")
    for name in ("account", "second_factor", "choose_role", "mfa_index", "accessibility"):
        assert client.get(reverse(name)).status_code == 200, name
    give_app(person)
    assert client.get(reverse("organisations:listing")).status_code == 200


def test_v6_a_wrong_code_does_not_let_in_and_is_told_in_the_trail(
    client: Client, nurse: Person, come_in: Callable[..., Any]
) -> None:
    give_app(nurse)
    come_in(nurse.email)
    assert "The code is not right" in client.post("/account/2fa/authenticate/", {"code": "123456"}).text
    assert client.get("/account/").status_code == 302
    assert Entry.objects.get(verb="fail_to_sign_in").told == {"person": str(nurse.number)}
