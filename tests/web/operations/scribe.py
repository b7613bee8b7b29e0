"""Writes in a service's place and looks at it, from a process of its own: `python scribe.py fill | write | look`."""

# ruff: noqa: E402 Django is made ready before its models are imported
import itertools
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pbc_web.config.settings")
import django

django.setup()

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction

from pbc.results import Receipt, Store
from pbc.tables import ALL
from pbc_web.accounts.actor import Process
from pbc_web.audit.actions import record
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.notices.actions import write_letter
from pbc_web.notices.models import Letter
from pbc_web.organisations.actions import import_organisations
from pbc_web.shell import clock

BY = Process("scribe")


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
    Store(Path(settings.PBC_STORE)).publish("register", tables, Receipt("receive_register", {}, is_made_up=True))
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


def _refused(order: str) -> Any:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(order)
    except Exception as error:
        return "refused" if "only added to" in str(error) else error
    return "done"


if __name__ == "__main__":
    {"fill": fill, "write": write, "look": look}[sys.argv[1]]()
