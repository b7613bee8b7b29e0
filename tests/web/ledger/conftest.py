"""World A charged for: its store, and what tests publish of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.ledger import world
from tests.web.statements.published import Stated


@pytest.fixture
def books(place: Any, settings: Any) -> Stated:
    """The charged store, with June's statement in force."""
    settings.PBC_STORE, _, sets = world.held()
    stated = Stated(sets, place)
    stated.publish("2009-06")
    return stated


@pytest.fixture
def look(books: Stated, sign_in: Callable[..., Client]) -> Callable[..., str]:
    """A page of the ledger as somebody sees it, which must open."""

    def at(view: str, *args: object, by: str = "contracts_manager", query: str = "", **who: str) -> str:
        answer = sign_in(by, **who).get(reverse(f"ledger:{view}", args=args) + query)
        assert answer.status_code == 200, (view, args, answer.status_code)
        return answer.content.decode()

    return at
