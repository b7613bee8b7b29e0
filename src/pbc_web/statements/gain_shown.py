"""Agreements of a gain share as somebody sees them, and the one a year is closed by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from pbc.periods import FinancialYear
from pbc.policy.gain_share import SIGNED_BY, SIGNED_ON
from pbc_web.accounts.actor import Actor
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.gain_readings import SignedTerms
from pbc_web.statements.models import GainAgreement
from pbc_web.statements.permissions import may_sign_gain_share

PEOPLE = ("commissioner", "partner", "drafted_by", "commissioner_signed_by", "partner_signed_by", "withdrawn_by")


def agreements_for(actor: Actor) -> QuerySet[GainAgreement]:
    """Every version of the commissioners and partners an actor sees, the newest first."""
    return GainAgreement.objects.visible_to(actor, sums=True).select_related(*PEOPLE)


def payers_for(actor: Actor) -> list[Organisation]:
    """The commissioners whose gain shares somebody sees, in reach or as they see an agreement's partner; their own is first."""
    agreed = agreements_for(actor).values("commissioner_id")
    found = Organisation.objects.filter(Q(id__in=actor.reach.either) | Q(id__in=agreed), kind__in=COMMISSIONERS)
    return sorted(found.order_by("name"), key=lambda each: each != actor.organisation)


def payer_chosen(actor: Actor, payers: Sequence[Organisation], code: str) -> Organisation | None:
    """The one asked for by its code; without a code somebody's own, or the only one; else None."""
    if code or len(payers) == 1:
        return next((each for each in payers if code in ("", each.code)), None)
    return next((each for each in payers if each == actor.organisation), None)


def signed_terms_of(commissioner: Organisation | None, year: FinancialYear) -> SignedTerms | None:
    """The terms that a commissioner's year is closed by: its newest version that both sides signed, in time before late; or None."""
    held = GainAgreement.everywhere.filter(commissioner=commissioner, financial_year=year.slug).select_related(*PEOPLE)
    signed = sorted((each for each in held if each.state == "signed"), key=lambda each: each.is_late)
    return terms_signed(signed[0]) if signed else None


def terms_signed(agreement: GainAgreement) -> SignedTerms:
    """What a version says, with who signed it and when as far as they did."""
    values: dict[str, Any] = dict(agreement.terms)
    if agreement.signed_on is not None:
        values |= {SIGNED_BY: agreement.signed_by, SIGNED_ON: agreement.signed_on.isoformat()}
    return SignedTerms(values, str(agreement))


def waits_for(actor: Actor, version: GainAgreement) -> bool:
    """Whether somebody is asked to sign a version for their side; the action judges it again."""
    is_taken = actor.person_id in {version.drafted_by_id, *version.signers}
    if version.state != "waiting" or is_taken or not may_sign_gain_share(actor):
        return False
    own = actor.organisation.id
    return (own == version.commissioner_id and version.commissioner_signed_at is None) or (
        own == version.partner_id and version.partner_signed_at is None
    )
