"""Fills a service's place with what can be cut short, and looks at it, from a process of its own: `python keeper.py FUNCTION`."""

# ruff: noqa: E402 Django is made ready before its models are imported
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pbc_web.config.settings")
import django

django.setup()

from django.core.management import call_command
from django.test import Client
from tests.web.business_cases.matrix import submitted_by

from pbc.periods import FinancialYear, Month
from pbc_web.accounts.actions import appoint
from pbc_web.accounts.actor import Process
from pbc_web.accounts.models import Appointment, Person
from pbc_web.accounts.queries import STRONG, acting_as
from pbc_web.audit.models import Entry
from pbc_web.audit.queries import broken_at
from pbc_web.budgets.actions.offers import issue_offers
from pbc_web.budgets.actions.rounds import open_round
from pbc_web.budgets.models import Draft, Offer
from pbc_web.business_cases.actions.recusing import declare
from pbc_web.business_cases.models import ClockEvent, Decision, Proposal
from pbc_web.deliveries import keeping
from pbc_web.deliveries.actions import register_feed
from pbc_web.deliveries.models import Delivery
from pbc_web.notices.models import Letter
from pbc_web.organisations.actions import import_organisations
from pbc_web.organisations.models import Organisation
from pbc_web.shell import clock
from pbc_web.statements.actions.publishing import Results, prepare, sign_comment
from pbc_web.statements.models import Publication

BY, COUNT = Process("keeper"), 24
PRACTICES = [f"Z{number:05d}" for number in range(COUNT)]


def fill() -> None:
    """Make a PCT of small practices, each with a budget offered; statements ready to publish; a feed to upload to."""
    call_command("migrate", verbosity=0)
    kinds = [("ZP1", "pct"), *((code, "practice") for code in PRACTICES)]
    rows = [
        {"organisation_code": code, "organisation_kind": kind, "organisation_name": code, "opened_on": None, "closed_on": None}
        for code, kind in kinds
    ]  # fmt: skip
    belongs = [
        {"member_code": code, "relation": "practice_commissioner", "parent_code": "ZP1", "starts_on": date(1998, 4, 1),
         "ends_before": date(9999, 12, 31)} for code in PRACTICES
    ]  # fmt: skip
    import_organisations(rows, belongs, source="keeper", by=BY, at=clock.now())
    held = {each.code: each for each in Organisation.objects.all()}
    finance = _somebody("finance_manager", held["ZP1"])
    manager = _somebody("information_manager", held["ZP1"])
    for code in PRACTICES:
        _somebody("practice_manager", held[code])
    _offer(held, finance)
    _prepare(held["ZP1"], finance)
    _submit(held["ZP1"])
    register_feed(
        held["ZP1"], by=manager, at=clock.now(), name="Outpatients", layout="outpatients", supplier="Z", purpose="Z",
        legal_basis="Z", controller="Z", starts_on=clock.today(), expires_on=clock.today() + timedelta(days=9),
    )  # fmt: skip


def _submit(commissioner: Organisation) -> None:
    """A light case that waits of each of eight practices; whoever handles them has declared."""
    handler = _somebody("commissioning_manager", commissioner)
    for held in Appointment.objects.filter(role_code="practice_manager").order_by("id")[:8]:
        waits = submitted_by(acting_as(held.person, {}), commissioner, at=clock.now())
        declare(waits, says="nothing", by=handler, at=clock.now())


def _somebody(role: str, organisation: Organisation) -> Any:
    person = Person.objects.create_user(f"{role}.{organisation.code}@example.invalid".lower(), name=role)
    appoint(
        person, role_code=role, organisation=organisation, starts_on=clock.today() - timedelta(days=99), by=BY,
        at=clock.now(),
    )  # fmt: skip
    return acting_as(person, {})


def _offer(held: dict[str, Organisation], finance: Any) -> None:
    in_round = open_round(held["ZP1"], year=FinancialYear.of(clock.today()), by=finance, at=clock.now())
    draft = Draft.everywhere.create(
        round=in_round, name="First", basis="historic", state="ready", set_name="budget-drafts/z", set_id="d1",
        asked_by_id=finance.person_id, asked_at=clock.now(),
    )  # fmt: skip
    holders = {held[code]: held[code] for code in PRACTICES}
    amounts = {code: {"planned_care": 100_000_00} for code in PRACTICES}
    issue_offers(draft, holders=holders, amounts=amounts, waits_for="", by=finance, at=clock.now())


def _prepare(commissioner: Organisation, finance: Any) -> None:
    for number in range(COUNT):
        month = Month(2007, 4).plus(number)
        made = prepare(commissioner, Results(month, "a" * 12), by=BY, for_person_id=finance.person_id, at=clock.now())
        sign_comment(made, words="One thing. And another.", by=finance, at=clock.now())


def sign_in(role: str, *codes: str) -> None:
    """Tell the session of somebody of each organisation, as if a second factor had been asked for."""
    for code in codes:
        client = Client()
        held = Appointment.objects.get(role_code=role, organisation__code=code)
        client.force_login(held.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[STRONG] = True
        session.save()
        print(session.session_key)


def look() -> None:
    """Tell how everything stands, as JSON."""
    deeds: dict[str, list[str]] = {}
    for kind, subject, verb in Entry.objects.values_list("subject_kind", "subject", "verb"):
        deeds.setdefault(f"{kind} {subject}", []).append(verb)
    told = {
        "offers": {each.id: [each.practice.code, each.version, each.state] for each in Offer.everywhere.select_related("practice")},
        "publications": dict(Publication.everywhere.values_list("id", "state")),
        "deliveries": {each.id: _kept(each) for each in Delivery.everywhere.all()},
        "folders": len(list(keeping.home().iterdir())),
        "proposals": {each.code: _decided(each) for each in Proposal.everywhere.all()},
        "letters": list(Letter.objects.values_list("state", flat=True)),
        "chain": broken_at(), "deeds": deeds,
    }  # fmt: skip
    print(json.dumps(told))


def _decided(proposal: Proposal) -> list[Any]:
    """What its row says, and its decisions and their events by outcome: three that agree, or a decision was torn."""
    decisions = list(Decision.objects.filter(proposal=proposal).values_list("outcome", flat=True))
    events = ClockEvent.objects.filter(proposal=proposal, event__in=("approved", "refused"))
    return [proposal.state, decisions, list(events.values_list("event", flat=True))]


def _kept(delivery: Delivery) -> bool:
    path = Path(keeping.home()) / delivery.folder / delivery.file_name
    return path.exists() and path.stat().st_size == delivery.size_bytes


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
