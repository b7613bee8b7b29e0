"""A program with a token of any role."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from pbc_web.api.actions import issue_token
from pbc_web.shell import clock


@pytest.fixture(autouse=True)
def nothing_asked_yet() -> None:
    """Requests are counted by the minute, for all tests of a process alike."""
    cache.clear()


@pytest.fixture
def token(place: Any) -> Callable[..., str]:
    """The header of a token issued to somebody in a role."""

    def of(role: str, *, world: str = "A", may_write: bool = False) -> str:
        until = clock.today().replace(year=clock.today().year + 1, day=1)
        _, secret = issue_token(
            name="a test",
            expires_on=until,
            may_write=may_write,
            by=place.actor(role, world=world),
            at=datetime.now(UTC),
        )
        return f"Bearer {secret}"

    return of


@pytest.fixture
def program(token: Callable[..., str]) -> Callable[..., Client]:
    """A client that sends a token issued to somebody in a role."""
    return lambda role, **more: Client(headers={"authorization": token(role, **more)})
