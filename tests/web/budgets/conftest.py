"""The small made-up PCT of the engine's journeys, as the web's own: its store, its organisations, its people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.journeys.conftest import engine, store, whole_store  # noqa: F401 fixtures, found by their names
from tests.journeys.small_pct import PRACTICES
from tests.web.conftest import TESTS

from pbc.results import Store
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import ROLES
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.runs.worker import work_off
from pbc_web.shell import clock

NOW = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
BEGAN, FOR_EVER = date(2004, 4, 1), date(9999, 12, 31)


@dataclass
class SmallPct:
    """People of the small PCT as clients of its pages."""

    store: Store
    clients: dict[str, Client]

    def work(self) -> int:
        """Do what waits for the worker."""
        return work_off(at=clock.now())


@pytest.fixture
def small_pct(store: Store, db: Any, settings: Any) -> Iterator[SmallPct]:  # noqa: F811 the fixture of that name
    settings.PBC_STORE, settings.PBC_REGIME = store.path, "england-2005"
    kinds = {"ZP1": "pct", "ZC01": "cluster", "ZC02": "cluster", "ZSHA": "sha", **dict.fromkeys(PRACTICES, "practice")}
    organisations = [
        {"organisation_code": code, "organisation_kind": kind, "organisation_name": f"{kind.upper()} {code}", "opened_on": None,
         "closed_on": None}
        for code, kind in kinds.items()
    ]  # fmt: skip
    links = [(code, "practice_commissioner", "ZP1") for code in PRACTICES]
    links += [(code, "practice_cluster", "ZC01" if at < 2 else "ZC02") for at, code in enumerate(PRACTICES)]
    links.append(("ZP1", "commissioner_region", "ZSHA"))
    memberships = [
        {
            "member_code": member,
            "relation": relation,
            "parent_code": parent,
            "starts_on": BEGAN,
            "ends_before": FOR_EVER,
        }
        for member, relation, parent in links
    ]
    with time_machine.travel(NOW, tick=False):
        import_organisations(organisations, memberships, source="tests", by=TESTS, at=NOW)
        roles = [("finance_manager", "ZP1"), ("board_member", "ZP1"), ("practice_manager", "Z90001"),
                 ("performance_manager", "ZSHA"), ("cluster_lead", "ZC02")]  # fmt: skip
        yield SmallPct(store, {role: _client(role, code) for role, code in roles})


def _client(role: str, code: str) -> Client:
    person = Person.objects.create_user(f"{role}@example.invalid", name=f"{role} of {code}")
    held_in = Organisation.objects.get(code=code)
    appoint(person, role_code=role, organisation=held_in, starts_on=BEGAN, by=TESTS, at=NOW)
    if ROLES[role].needs_second_factor:
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": ""})
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def read() -> Callable[[Any], str]:
    """The words of an answer."""
    return lambda answer: str(answer.content.decode())
