"""Writes in a service's place and looks at it, from a process of its own: `python scribe.py FUNCTION`."""

# ruff: noqa: E402 Django is made ready before its models are imported
import itertools
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pbc_web.config.settings")
import django

django.setup()

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from pbc.results import Receipt, Store
from pbc.tables import ALL
from pbc_cli.stopping import StopSignals
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Process
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import STRONG
from pbc_web.audit.actions import record
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.notices.actions import write_letter
from pbc_web.notices.models import Letter
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.runs import worker
from pbc_web.runs.actions import ask
from pbc_web.runs.finishing import on_finish
from pbc_web.runs.journeys import JOURNEYS, Kind, Outcome, Site
from pbc_web.runs.models import Run
from pbc_web.shell import clock

BY = Process("scribe")
KIND, REGIME = "bring_up_to_date", "england-2005"


def fill() -> None:
    call_command("migrate", verbosity=0)
    rows = [
        {"organisation_code": code, "organisation_kind": kind, "organisation_name": code, "opened_on": None, "closed_on": None}
        for code, kind in (("ZP1", "pct"), ("ZSERVICE", "service"))
    ]  # fmt: skip
    import_organisations(rows, [], source="scribe", by=BY, at=clock.now())
    write_letter("z@example.invalid", subject="Waits", body="Words.", key="waits", at=clock.now())
    Session.objects.create(session_key="a", session_data="b", expire_date=clock.now())
    tables = {name: ALL[name].empty() for name in ("organisations", "memberships")}
    Store(Path(settings.PBC_STORE)).publish(
        "register", tables, Receipt("receive_register", {}, regime=REGIME, is_made_up=True)
    )
    uploads = Path(settings.PBC_UPLOADS)
    uploads.mkdir(parents=True, exist_ok=True)
    (uploads / "upload.csv").write_text("a,b\n", encoding="utf-8")


def write() -> None:
    for number in itertools.count():
        with transaction.atomic():
            record(by=BY, verb="import_organisations", about=("test", number), at=clock.now())
        if number == 20:
            print("writing", flush=True)


def look() -> None:
    print(f"chain {broken_at()}")
    print(f"entries {'many' if Entry.objects.count() > 20 else 'few'}")
    print(f"change {_refused('UPDATE audit_entry SET verb = 1')}, removal {_refused('DELETE FROM audit_entry')}")
    print(f"letters {list(Letter.objects.values_list('state', flat=True))}, sessions {Session.objects.count()}")
    Store(Path(settings.PBC_STORE)).current("register").verify()
    upload = Path(settings.PBC_UPLOADS) / "upload.csv"
    print(
        f"upload {upload.read_text()!r} {oct(upload.stat().st_mode)}, secret {(Path(settings.PBC_HOME) / 'secret-key').exists()}"
    )


def sign_in() -> None:
    """Tell the session of an information manager of ZP1, as if a second factor had been asked for."""
    person = Person.objects.create_user("manager@example.invalid", name="Manager")
    commissioner = Organisation.objects.get(code="ZP1")
    appoint(
        person,
        role_code="information_manager",
        organisation=commissioner,
        starts_on=clock.today(),
        by=BY,
        at=clock.now(),
    )
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[STRONG] = True
    session.save()
    print(session.session_key)


def ask_for(count: str) -> None:
    """Ask for work a number of times and tell the numbers of the runs."""
    commissioner = Organisation.objects.get(code="ZP1")
    runs = [ask(KIND, parameters={}, organisation=commissioner, by=BY, at=clock.now()) for _ in range(int(count))]
    print(*(run.id for run in runs))


def write_of(run: Run) -> None:
    assert run.ended_at is not None
    write_letter("z@example.invalid", subject="Done", body="Done.", key=f"run {run.id}", at=run.ended_at)


def work() -> None:
    """Work as `pbc work` does, at a kind of work that publishes and then takes its time."""

    def slowly(site: Site, parameters: Any, journey: Any) -> Outcome:
        journey.step("Publishing", 0.1)
        tables = {name: ALL[name].empty() for name in ("organisations", "memberships")}
        made = site.store.publish(
            "register", tables, Receipt("receive_register", {"slow": "1"}, regime=REGIME, made_at=journey.made_at)
        )
        print("published", flush=True)
        for tenth in range(1, 10):
            journey.step(f"Waiting {tenth}", tenth / 10)
            time.sleep(0.2)
        return Outcome(made.name, made.set_id)

    JOURNEYS[KIND] = Kind("Slow work", slowly)
    on_finish(
        KIND,
        lambda run: (
            write_letter("z@example.invalid", subject="Done", body="Done.", key=f"run {run.id}", at=run.ended_at)
            and None
        ),
    )
    worker.work(StopSignals(), pause=0.1)


def look_at_runs() -> None:
    for run in Run.everywhere.order_by("id"):
        deeds = Entry.objects.filter(subject_kind="run", subject=str(run.id)).values_list("verb", flat=True)
        print(run.id, run.state, run.attempts, run.set_id or "-", *deeds)
    print(
        f"sets {len(Store(Path(settings.PBC_STORE)).history('register'))}",
        f"chain {broken_at()}",
        f"letters {Letter.objects.count()}",
    )


def _refused(order: str) -> Any:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(order)
    except Exception as error:
        return "refused" if "only added to" in str(error) else error
    return "done"


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
