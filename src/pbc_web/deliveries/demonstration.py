"""The register of feeds of the demonstration: every kind of file the PCT is sent, one of whose rights ends soon."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pbc_web.accounts.demonstration import somebody
from pbc_web.deliveries.actions import register_feed
from pbc_web.runs.delivery_readings import kind_of, known_layouts

SUPPLIERS = {
    "activity": "Made-up hospitals, through the secondary uses service",
    "register": "Made-up registration service",
    "tariff": "Made-up department of health",
    "need": "Made-up department of health",
}
BASES = {
    "activity": "Made up: agreement to share pseudonymised commissioning data, reference MU-1",
    "register": "Made up: agreement to share the register of patients, reference MU-2",
}
ENDS_SOON = "referrals"


def fill(at: datetime) -> None:
    """Enter the feeds."""
    by = somebody("information_manager")
    for layout, title in known_layouts().items():
        kind = kind_of(layout)
        ends = at.date() + timedelta(days=20 if layout == ENDS_SOON else 330)
        register_feed(
            by.organisation, by=by, at=at, name=title[0].upper() + title[1:], layout=layout, supplier=SUPPLIERS[kind],
            purpose="Budgets, statements and the questions practices ask about them.",
            legal_basis=BASES.get(kind, "Made up: published for everybody, no person in it"), controller=by.organisation_name,
            starts_on=date(2007, 4, 1), expires_on=ends,
        )  # fmt: skip
