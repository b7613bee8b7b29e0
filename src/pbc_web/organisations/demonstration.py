"""The organisations of the demonstration: those of the store's register, and around them the service, a council, a supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from pbc.periods import FinancialYear
from pbc.results import Store
from pbc_web.organisations.actions import import_organisations, record_uptake
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import OPEN_END, Organisation

AROUND = (
    ("ZSERVICE", "service", "This service"),
    ("ZL1", "local_authority", "Made-up Council"),
    ("ZU1", "supplier", "Made-up Supplies"),
)
LONG_AGO = date(1998, 4, 1)


@dataclass(frozen=True)
class Builder:
    """Who fills the demonstration, for its trail."""

    audit_name: str = "demonstration"
    audit_role: str = "process"
    organisation_code: str = ""
    audit_cover: str = ""


def fill(at: datetime) -> None:
    """Take in the register; all take part from the first year it closes, the last declines from the year after."""
    register, by = Store(Path(settings.PBC_STORE)).current("register"), Builder()
    organisations = [*register.frame("organisations").iter_rows(named=True), *(_row(*each) for each in AROUND)]
    memberships = [*register.frame("memberships").iter_rows(named=True)]
    commissioner = next(each for each in organisations if each["organisation_kind"] in COMMISSIONERS)
    memberships.append(_relation("ZL1", "local_authority_commissioner", commissioner["organisation_code"]))
    import_organisations(organisations, memberships, source="the made-up register", by=by, at=at)
    closed = FinancialYear.of(at.date()).plus(-2)
    practices = Organisation.objects.filter(kind="practice").order_by("code")
    for practice in practices:
        record_uptake(practice, state="offered", on=closed.start - timedelta(days=60), by=by, at=at)
        record_uptake(practice, state="active", on=closed.start, by=by, at=at)
    *_, last = practices
    record_uptake(last, state="declined", on=closed.plus(1).start, by=by, at=at, reason="Made up: no time this year")


def _row(code: str, kind: str, name: str) -> dict[str, Any]:
    return {
        "organisation_code": code,
        "organisation_kind": kind,
        "organisation_name": name,
        "opened_on": LONG_AGO,
        "closed_on": None,
    }


def _relation(member: str, relation: str, parent: str) -> dict[str, Any]:
    return {
        "member_code": member,
        "relation": relation,
        "parent_code": parent,
        "starts_on": LONG_AGO,
        "ends_before": OPEN_END,
    }
