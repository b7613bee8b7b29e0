"""A small place with people in every role: two commissioners of one region, their groups, practices and hospitals."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from tests.web.emptying import empty_past_triggers
from tests.web.kept_stores import empty_database

from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Actor, Process
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.queries import acting_as
from pbc_web.accounts.roles import ROLES
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation

BEGAN = date(2004, 4, 1)
AT = datetime(2009, 4, 20, 9, 0, tzinfo=UTC)
TESTS = Process("tests")
# Playwright keeps an event loop in this thread; Django would refuse to use the database beside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# code, kind, name; the letters say which commissioner's world it is of
PLACE = (
    ("ZSHA", "sha", "Made-up Health Authority"), ("ZSHB", "sha", "Other Health Authority"),
    ("ZSERVICE", "service", "This service"),
    *((f"ZP{w}", "pct", f"PCT {w}") for w in "AB"),
    *((f"ZC{w}{n}", "cluster", f"Cluster {w}{n}") for w in "AB" for n in (1, 2)),
    *((f"Z{w}{n:04d}", "practice", f"Practice {w}{n}") for w in "AB" for n in (1, 2, 3)),
    *((f"ZH{w}", "provider", f"Hospital {w}") for w in "AB"),
    *((f"ZU{w}", "supplier", f"Supplier {w}") for w in "AB"),
    *((f"ZL{w}", "local_authority", f"Council {w}") for w in "AB"),
)  # fmt: skip
BELONGS = (
    ("ZPA", "commissioner_region", "ZSHA"), ("ZPB", "commissioner_region", "ZSHB"),
    *((f"Z{w}{n:04d}", "practice_commissioner", f"ZP{w}") for w in "AB" for n in (1, 2, 3)),
    *((f"Z{w}{n:04d}", "practice_cluster", f"ZC{w}{1 if n < 3 else 2}") for w in "AB" for n in (1, 2, 3)),
)  # fmt: skip
HOME_OF = {  # kind of organisation: its code in the world of a letter
    "practice": "Z{}0001", "cluster": "ZC{}1", "pct": "ZP{}", "sha": "ZSH{}", "provider": "ZH{}", "supplier": "ZU{}",
    "local_authority": "ZL{}", "service": "ZSERVICE",
}  # fmt: skip


@dataclass
class Place:
    """The organisations by code, and whoever is asked for in any role, made when first asked for."""

    organisations: dict[str, Organisation] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Organisation:
        return self.organisations[code]

    def home_of(self, role_code: str, *, world: str = "A") -> Organisation:
        """The organisation in which a role of a world is held: its first practice, first cluster, PCT, and so on."""
        kind = next(kind for kind in HOME_OF if kind in ROLES[role_code].held_in)
        return self[HOME_OF[kind].format(world)]

    def appointment(self, role_code: str, organisation: Organisation | None = None, *, world: str = "A") -> Appointment:
        """A person's appointment to a role, by default at its home in a world; the same each time."""
        held_in = organisation or self.home_of(role_code, world=world)
        found = Appointment.objects.filter(role_code=role_code, organisation=held_in).first()
        if found is None:
            person = Person.objects.create_user(
                f"{role_code}.{held_in.code}@example.invalid".lower(), name=f"{ROLES[role_code].title} {held_in.code}"
            )
            found = appoint(person, role_code=role_code, organisation=held_in, starts_on=BEGAN, by=TESTS, at=AT)
            if ROLES[role_code].needs_second_factor:
                Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": ""})
        return found

    def actor(self, role_code: str, organisation: Organisation | None = None, *, world: str = "A") -> Actor:
        """Somebody acting in a role."""
        actor = acting_as(self.appointment(role_code, organisation, world=world).person, {})
        assert actor is not None
        return actor


def pytest_sessionfinish() -> None:
    """Take away the folder of this run's settings: workers end without a word to `atexit`."""
    shutil.rmtree(os.environ["PBC_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether the database is there already: one of SQLite is a copy of what one worker made for all."""
    if connection.vendor != "sqlite":
        return False
    empty_database(Path(connection.settings_dict["TEST"]["NAME"]))
    return True


@pytest.fixture(autouse=True, scope="session")
def emptying_past_triggers() -> Iterator[None]:
    """Let tests that commit empty the database afterwards, triggers or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", empty_past_triggers)
        yield


def make_place() -> Place:
    """The organisations of the small place, and nobody in them yet."""
    organisations = [
        {"organisation_code": code, "organisation_kind": kind, "organisation_name": name, "opened_on": None, "closed_on": None}
        for code, kind, name in PLACE
    ]  # fmt: skip
    memberships = [
        {"member_code": member, "relation": relation, "parent_code": parent, "starts_on": BEGAN, "ends_before": date(9999, 12, 31)}
        for member, relation, parent in BELONGS
    ]  # fmt: skip
    import_organisations(organisations, memberships, source="tests", by=TESTS, at=AT)
    return Place({each.code: each for each in Organisation.objects.all()})


def signed_in(appointment: Appointment) -> Client:
    """A client signed in as whoever holds an appointment."""
    client = Client()
    client.force_login(appointment.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def place(db: Any) -> Place:
    """The small place."""
    return make_place()


@pytest.fixture
def sign_in(place: Place) -> Callable[..., Client]:
    """A client signed in as somebody in a role, by default at its home in world A."""

    def as_somebody(role_code: str, organisation: Organisation | None = None, *, world: str = "A") -> Client:
        return signed_in(place.appointment(role_code, organisation, world=world))

    return as_somebody


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    found = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found, headless=True,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
        )  # fmt: skip
        yield browser
        browser.close()
