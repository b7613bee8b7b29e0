"""Every address x every role x own and another organisation has an expected answer; a view without a row fails.

A row of `matrix/<app>.yaml`:

    - view: organisations:listing
      open_to: all | signed_in | [codes of roles]     # whose role opens it; others are refused (403)
      about: practice | cluster | pct | ... | none     # whose page it is; made by `matrix_objects.ADDRESS[view]`
      elsewhere: 404 | 200                             # the same role in another organisation's world
      everywhere: [codes of roles]                     # with `elsewhere: 404`: roles that belong to no world
      only: [codes of roles]                           # who finds it at all, where it is somebody's own (others 404)
      method: get | post                               # post: sent empty, so that nothing is changed (200 or 400 when let in)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.web.conftest import make_place, signed_in
from tests.web.ledger.world import held
from tests.web.matrix_objects import ADDRESS, NOT_OURS, make_objects

from pbc_web.accounts.roles import ROLES

ROWS = [
    row
    for path in sorted((Path(__file__).parent / "matrix").glob("*.yaml"))
    for row in yaml.safe_load(path.read_text())
]
LET_IN = (200, 201, 202, 204, 302, 303, 400, 405, 409, 422)
FOUND = {True: LET_IN, False: (404,)}


def all_views(patterns: Any, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            if each.namespace in NOT_OURS or getattr(each.urlconf_module, "__name__", "") in NOT_OURS:
                continue
            below = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from all_views(each.url_patterns, below)
        elif isinstance(each, URLPattern):
            yield f"{namespace}{each.name}", each.callback


VIEWS = dict(all_views(get_resolver().url_patterns))


def test_every_view_has_a_row_and_every_row_a_view() -> None:
    assert {row["view"] for row in ROWS} == set(VIEWS)


def test_every_view_says_who_may_open_it() -> None:
    assert [name for name, view in VIEWS.items() if not hasattr(view, "needs")] == []


@dataclass(frozen=True)
class Made:
    """The objects of world A, and the session of somebody in each role of each world."""

    objects: dict[str, Any]
    sessions: dict[tuple[str, str], str]

    def address(self, row: dict[str, Any]) -> str:
        """Where a view is opened."""
        return reverse(row["view"], kwargs=ADDRESS.get(row["view"], lambda made: {})(self.objects))

    def client(self, role: str, world: str) -> Client:
        """Somebody's browser, knowing nothing but their session."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role, world]
        return client


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """All of it made once, in a transaction of its own: a test's is inside it and leaves it as it was."""
    with django_db_blocker.unblock(), override_settings(PBC_STORE=held()[0]), transaction.atomic():
        place = make_place()
        objects = make_objects(place)
        clients = {(role, world): signed_in(place.appointment(role, world=world)) for role in ROLES for world in "AB"}
        yield Made(objects, {who: each.cookies[settings.SESSION_COOKIE_NAME].value for who, each in clients.items()})
        transaction.set_rollback(True)


@pytest.mark.no_cover  # thousands of requests: what they run through is held by the tests of each page
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["view"])
def test_an_address_answers_each_role_as_expected(row: dict[str, Any], made: Made, db: None) -> None:
    address = made.address(row)
    wrong = []
    for role in ROLES:
        is_open = row["open_to"] in ("all", "signed_in") or role in row["open_to"]
        is_found = role in row.get("only", ROLES)
        is_found_elsewhere = is_found and (row.get("elsewhere", 200) == 200 or role in row.get("everywhere", ()))
        inside, elsewhere = ("A", FOUND[is_found]), ("B", FOUND[is_found_elsewhere])
        # a predicate judges the role before anything is looked for: who is refused at home is refused anywhere
        for world, expected in (inside, elsewhere) if is_open else [("A", (403,))]:
            answer = getattr(made.client(role, world), row.get("method", "get"))(address)
            if answer.status_code not in expected:
                wrong.append((role, world, answer.status_code, expected))
    assert wrong == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["view"])
def test_an_address_sends_strangers_to_sign_in(row: dict[str, Any], made: Made, db: None) -> None:
    answer = getattr(Client(), row.get("method", "get"))(made.address(row))
    if row["open_to"] == "all":
        assert answer.status_code in FOUND["only" not in row]
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))
