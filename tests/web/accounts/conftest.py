"""People who sign in by the front door."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from pbc_web.accounts.models import Person

PASSWORD = "three cups under stars"


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """How often an address was tried is counted in a cache that outlives a test."""
    cache.clear()


@pytest.fixture
def nurse(place: Any) -> Person:
    """A practice nurse with a password: a role that needs no second factor."""
    person: Person = place.appointment("practice_nurse").person
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def come_in(client: Client) -> Callable[..., Any]:
    """Sign in by the form; what the page answered."""

    def tried(email: str, password: str = PASSWORD, **more: Any) -> Any:
        return client.post("/account/login/", {"login": email, "password": password}, **more)

    return tried


def code_now(secret: str) -> str:
    """The code an app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def give_app(person: Person, secret: str = "JBSWY3DPEHPK3PXP") -> str:
    """Set up an authenticator app for somebody; its secret."""
    person.authenticator_set.all().delete()
    TOTP.activate(person, secret)
    return secret
