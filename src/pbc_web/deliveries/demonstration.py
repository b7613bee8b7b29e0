"""The register of feeds of the demonstration: every kind of file the PCT is sent, one of whose rights ends soon.

The last invoices of the year, the records behind them and the ledger's extract wait to be accepted; a hospital has feeds of its own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.deliveries.actions import register_feed, upload
from pbc_web.deliveries.models import Feed
from pbc_web.deliveries.permissions import BOOKS_KINDS, HOSPITAL_KINDS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.delivery_readings import kind_of, known_layouts
from pbc_web.shell.clock import day_of

SUPPLIERS = {
    "activity": "Made-up hospitals, through the secondary uses service",
    "register": "Made-up registration service",
    "tariff": "Made-up department of health",
    "need": "Made-up department of health",
    "contracts": "Made-up contracts team",
    "invoices": "Made-up hospitals",
    "invoice-backing": "Made-up hospitals",
    "ledger": "Made-up finance team",
}
BASES = {
    "activity": "Made up: agreement to share pseudonymised commissioning data, reference MU-1",
    "register": "Made up: agreement to share the register of patients, reference MU-2",
    "invoice-backing": "Made up: approval to check invoices, reference MU-3",
}
ENDS_SOON = "referrals"
SENT_BY_HOSPITAL = ("invoices", "invoice_lines", "charged_activity")


def fill(at: datetime) -> None:
    """Enter the feeds, and upload what waits."""
    by = somebody("information_manager")
    for layout, title in known_layouts().items():
        _enter(layout, title, by, at)
    hospital = Organisation.objects.filter(kind="provider").order_by("code").first()
    for layout in SENT_BY_HOSPITAL if hospital else ():
        _enter(layout, f"{known_layouts()[layout]}, {hospital}", by, at, hospital)
    _send_what_waits(at)


def _enter(layout: str, title: str, by: Actor, at: datetime, provider: Organisation | None = None) -> None:
    kind = kind_of(layout)
    ends = at.date() + timedelta(days=20 if layout == ENDS_SOON else 330)
    purpose = "Budgets, statements and the questions practices ask about them."
    register_feed(
        by.organisation, by=by, at=at, name=title[0].upper() + title[1:], layout=layout, supplier=SUPPLIERS[kind],
        purpose="Checking what hospitals charge, and nothing else." if kind in BOOKS_KINDS else purpose,
        legal_basis=BASES.get(kind, "Made up: no person in it"), controller=by.organisation_name,
        starts_on=date(2007, 4, 1), expires_on=ends, provider=provider,
    )  # fmt: skip


def _send_what_waits(at: datetime) -> None:
    """Upload what came after the year's end, where the demonstration made it."""
    month, by = str(Month.of(day_of(at))), somebody("contracts_manager")
    for kind in (*HOSPITAL_KINDS, "ledger"):
        for path in sorted((Path(settings.PBC_HOME).parent / "charges" / kind / month).glob("*.csv")):
            feed = Feed.everywhere.get(layout=path.stem, provider=None)
            upload(feed, period=month, name=path.name, chunks=[path.read_bytes()], by=by, at=at)
