"""Signing in in a real browser: with a passkey under our content security policy, and without script by password and code."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.web.accounts.conftest import PASSWORD, code_now, give_app
from tests.web.browser.conftest import NARROW, faults_of, overflow_of

from pbc_web.accounts.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nurse(place: Any) -> Person:
    """A practice nurse with a password."""
    person: Person = place.appointment("practice_nurse").person
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in_by_form(page: Page, person: Person) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_by_itself(
    nurse: Person, open_browser: Callable[..., Page], settings: Any
) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # this test's server has no certificate
    page = open_browser()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_in_by_form(page, nurse)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/recovery-codes/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign out").wait_for()
    page.goto("/account/")
    assert nurse.name in page.inner_text("main")
    assert "Set up" in page.inner_text("main")


def test_without_script_a_password_and_a_code_sign_in(nurse: Person, open_browser: Callable[..., Page]) -> None:
    secret = give_app(nurse)
    page = open_browser(script=False)
    sign_in_by_form(page, nurse)
    assert not page.get_by_role("button", name="Use a passkey instead").is_visible()
    page.get_by_label("Security code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/")
    assert nurse.name in page.inner_text("main")


@pytest.mark.parametrize(
    "address",
    ["/account/", "/account/2fa/", "/account/second-factor/", "/organisations/ZA0001/", "/organisations/ZPA/uptake/"],
)
def test_pages_have_no_fault_and_fit_a_telephone(
    address: str, nurse: Person, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    sign_in_by_form(page, nurse)
    page.goto(address)
    assert faults_of(page) == []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # two whole numbers
    assert overflow_of(page) == 0
