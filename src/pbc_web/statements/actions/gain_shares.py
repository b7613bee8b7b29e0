"""A gain-share agreement drafted, signed by both sides, or withdrawn; its terms are never changed: a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pbc.errors import RefusedInput
from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.roles import Duty
from pbc_web.audit.actions import record
from pbc_web.notices.actions import notify
from pbc_web.notices.queries import people_told, people_with
from pbc_web.organisations.kinds import GROUPS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.gain_readings import SignedTerms, terms_of
from pbc_web.shell.clock import day_of
from pbc_web.statements.models import GainAgreement

UNTIL = "Nothing is payable until both sides signed."


@dataclass(frozen=True)
class Paper:
    """What is drafted: of which year, the paper's reference, and its terms by the names of the rules' values."""

    financial_year: str
    document: str
    terms: Mapping[str, Any]


@transaction.atomic
def draft_agreement(
    commissioner: Organisation, partner: Organisation, paper: Paper, *, by: Actor, at: datetime
) -> GainAgreement:
    """Draft the next version of a year's agreement; nothing is payable by it until both sides signed."""
    Organisation.objects.select_for_update().get(id=commissioner.id)  # versions are counted one at a time
    if not by.may(Duty.SET_BUDGETS) or by.organisation.id != commissioner.id:
        raise RefusedInput(
            "A gain share is drafted at the commissioner, by those who set budgets.", where=commissioner.name
        )
    if partner.kind not in GROUPS:
        raise RefusedInput(
            "One practice does not sign for all.", where=partner.name, expected="a group of practices that signs for its partners"
        )  # fmt: skip
    terms_of(
        FinancialYear.parse(paper.financial_year), SignedTerms(paper.terms, paper.document)
    )  # refused if not to be said
    held = GainAgreement.everywhere.filter(commissioner=commissioner, financial_year=paper.financial_year)
    waiting = next((each for each in held if each.state == "waiting"), None)
    if waiting is not None:
        raise RefusedInput(
            "A version of this year waits to be signed.", where=str(waiting),
            remedy="Have it signed, or withdraw it, before the next is drafted.",
        )  # fmt: skip
    made = GainAgreement.everywhere.create(
        commissioner=commissioner, partner=partner, financial_year=paper.financial_year, document=paper.document,
        version=max((each.version for each in held), default=0) + 1, terms=dict(paper.terms), drafted_by_id=by.person_id,
        drafted_at=at,
    )  # fmt: skip
    _record(made, "draft_gain_share", by, at)
    for organisation, duty in ((commissioner, Duty.APPROVE_BUDGETS), (partner, Duty.ACCEPT_BUDGET)):
        for person in people_with(duty, organisations=[organisation], on=day_of(at)):
            _tell(made, person, "waits for signatures", f"You are asked to sign. {UNTIL}", at)
    within = list(Organisation.objects.filter(id__in=by.reach.detail))
    for person in people_with(Duty.ACCEPT_BUDGET, organisations=within, on=day_of(at)):  # whoever signs was told above
        words = f"{partner.name} signs for all who hold a budget: tell them if they should not. {UNTIL}"
        _tell(made, person, "is drafted", words, at)
    return made


def _key(made: GainAgreement) -> str:
    return f"gain-share-{made.id}"


def _tell(made: GainAgreement, person: Person, what: str, words: str, at: datetime, *, key: str = "") -> None:
    """Tell one person of a version, once for its key."""
    year = FinancialYear.parse(made.financial_year)
    notify(
        person, kind="gain_share", subject=f"A gain share of {year} {what}",
        body=f"{made.commissioner.name} drafted {made} with {made.partner.name}. {words}",
        link=f"/statements/gain-share/{made.financial_year}/?commissioner={made.commissioner.code}", key=key or _key(made), at=at,
    )  # fmt: skip


@transaction.atomic
def sign_agreement(agreement: GainAgreement, *, by: Actor, at: datetime) -> GainAgreement:
    """Sign a version for the side one acts for: the commissioner, by another person than drafted it, or its partner."""
    held = _waiting(agreement)
    side = _side_of(held, by)
    if getattr(held, f"{side}_signed_at") is not None:
        raise RefusedInput("This side has signed.", where=str(held), found=held.signed_by)
    if by.person_id == held.drafted_by_id:
        raise RefusedInput("Whoever drafted an agreement does not sign it.", where=str(held), expected="another person")
    if by.person_id in held.signers:
        raise RefusedInput("Nobody signs for both sides.", where=str(held), found=by.name, expected="another person")
    setattr(held, f"{side}_signed_by_id", by.person_id)
    setattr(held, f"{side}_signed_as", by.role.title)
    setattr(held, f"{side}_signed_at", at)
    held.save()
    _record(held, "sign_gain_share", by, at, side=by.organisation_name)
    if held.state == "signed":
        words, key = f"It is signed by {held.signed_by}.", f"{_key(held)}-signed"
        for person in people_told(_key(held)):
            _tell(held, person, "is signed by both sides", words, at, key=key)
    return held


@transaction.atomic
def withdraw_agreement(agreement: GainAgreement, *, reason: str, by: Actor, at: datetime) -> GainAgreement:
    """Withdraw a version that not both have signed, with the reason; one signed by both is replaced by a newer one only."""
    held = _waiting(agreement)
    if not by.may(Duty.SET_BUDGETS) or by.organisation.id != held.commissioner_id:
        raise RefusedInput("A version is withdrawn at the commissioner, by those who draft it.", where=str(held))
    held.withdrawn_by_id, held.withdrawn_at, held.reason = by.person_id, at, reason
    held.save()
    _record(held, "withdraw_gain_share", by, at)
    return held


def _side_of(held: GainAgreement, by: Actor) -> str:
    if by.organisation.id == held.commissioner_id and by.may(Duty.APPROVE_BUDGETS):
        return "commissioner"
    if by.organisation.id == held.partner_id and by.may(Duty.ACCEPT_BUDGET):
        return "partner"
    raise RefusedInput(
        "This agreement is signed by others.", where=str(held), found=f"somebody acting for {by.organisation_name}",
        expected=f"{held.commissioner.name}, who approves budgets, and {held.partner.name}, who accepts them",
    )  # fmt: skip


def _waiting(agreement: GainAgreement) -> GainAgreement:
    """Whoever comes second sees what the first did."""
    held: GainAgreement = GainAgreement.everywhere.select_for_update().get(id=agreement.id)
    if held.state != "waiting":
        raise RefusedInput("This version does not wait any more.", where=str(held), found=held.state)
    return held


def _record(held: GainAgreement, verb: str, by: Actor, at: datetime, **more: str) -> None:
    told = {"version": str(held.version), "year": held.financial_year, "document": held.document, **more}
    record(by=by, verb=verb, about=("gain_share", held.id), at=at, told=told)
