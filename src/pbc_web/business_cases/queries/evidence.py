"""The figures taken into a proposal."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Evidence, Proposal
from pbc_web.business_cases.queries.in_sight import proposal_for


def evidence_of(proposal: Proposal) -> QuerySet[Evidence]:
    """The figures that stand in it now, in the order they were taken."""
    return proposal.evidence.filter(taken_off_at=None).select_related("by")


def evidence_for(actor: Actor, code: str, evidence_id: int) -> Evidence:
    """A figure of a proposal whose papers the actor may open, or not found."""
    found = evidence_of(proposal_for(actor, code)).filter(id=evidence_id).first()
    if found is None:
        raise Http404
    return found
