"""A service's place with England's practices: organisations, a month published by every commissioner, people signed in.

usage, by `web_readers.py` alone: python -m benchmarks.web_place MONTH READERS      in the environment of the service; prints the
sessions of the readers
"""

# ruff: noqa: E402 Django is made ready before its models are imported
from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "pbc_web.config.settings"
import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from pbc.results import Store
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Process
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import STRONG, acting_as
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.runs.statement_reading import month_made
from pbc_web.shell import clock
from pbc_web.statements.actions.publishing import Results, prepare, publish, sign_comment

BY = Process("bench")


def somebody(role: str, organisation: Organisation) -> Person:
    """A person who holds a role."""
    person = Person.objects.create_user(f"{role}.{organisation.code}@example.invalid".lower(), name=role)
    appoint(
        person, role_code=role, organisation=organisation, starts_on=clock.today().replace(year=2009), by=BY, at=clock.now()
    )  # fmt: skip
    return person


def publish_everywhere(month: str) -> None:
    """Have every commissioner of the set publish the month."""
    made = month_made(Results.of(month, "", {"providers": [], "left_out": [], "changed_in": []}).month)
    assert made is not None
    results = Results.of(month, made[0], made[1] | {"providers": []})
    for commissioner in Organisation.objects.filter(kind="pct"):
        finance = acting_as(somebody("finance_manager", commissioner), {})
        assert finance is not None
        prepared = prepare(commissioner, results, by=BY, for_person_id=finance.person_id, at=clock.now())
        sign_comment(prepared, words="Made up. All of it.", by=finance, at=clock.now())
        publish(prepared, by=finance, at=clock.now())


def signed_in(person: Person) -> str:
    """The key of a session of somebody, as if a second factor had been asked for."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[STRONG] = True
    session.save()
    return str(session.session_key)


def fill(month: str, readers: int) -> None:
    """Fill the place, with so many managers of practices anywhere in the country."""
    call_command("migrate", verbosity=0)
    register = Store(Path(settings.PBC_STORE)).current("register")
    rows = [[*register.frame(name).iter_rows(named=True)] for name in ("organisations", "memberships")]
    import_organisations(*rows, source="bench", by=BY, at=clock.now())
    publish_everywhere(month)
    practices = list(Organisation.objects.filter(kind="practice").order_by("code"))
    for each in random.Random(5).sample(practices, readers):
        somebody("practice_manager", each)
    print(len(practices), "practices", file=sys.stderr)


if __name__ == "__main__":
    if not Path(settings.PBC_HOME, "filled").exists():
        fill(sys.argv[1], int(sys.argv[2]))
        Path(settings.PBC_HOME, "filled").touch()
    print(json.dumps([signed_in(each) for each in Person.objects.filter(name="practice_manager")]))
