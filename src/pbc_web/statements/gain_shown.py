"""Agreements of a gain share as somebody sees them, and the one a year is closed by."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pbc.periods import FinancialYear
from pbc.policy.gain_share import SIGNED_BY, SIGNED_ON
from pbc_web.accounts.actor import Actor
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation
from pbc_web.runs.gain_readings import SignedTerms
from pbc_web.statements.models import GainAgreement

PEOPLE = ("commissioner", "partner", "drafted_by", "commissioner_signed_by", "partner_signed_by", "withdrawn_by")


def agreements_for(actor: Actor) -> QuerySet[GainAgreement]:
    """Every version of the commissioners and partners an actor sees, the newest first."""
    return GainAgreement.objects.visible_to(actor, sums=True).select_related(*PEOPLE)


def payer_for(actor: Actor) -> Organisation | None:
    """The commissioner whose years somebody sees: their own, or that of their practices; None where they see several."""
    found = list(Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either)[:2])
    return found[0] if len(found) == 1 else None


def signed_terms_of(commissioner: Organisation | None, year: FinancialYear) -> SignedTerms | None:
    """The terms that a commissioner's year is closed by: its newest version that both sides signed, or None."""
    held = GainAgreement.everywhere.filter(commissioner=commissioner, financial_year=year.slug).select_related(*PEOPLE)
    found = next((each for each in held if each.state == "signed"), None)
    return None if found is None else terms_signed(found)


def terms_signed(agreement: GainAgreement) -> SignedTerms:
    """What a version says, with who signed it and when as far as they did."""
    values: dict[str, Any] = dict(agreement.terms)
    if agreement.signed_on is not None:
        values |= {SIGNED_BY: agreement.signed_by, SIGNED_ON: agreement.signed_on.isoformat()}
    return SignedTerms(values, str(agreement))
