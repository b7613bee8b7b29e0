"""The files that go with a proposal."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Attachment, Proposal
from pbc_web.business_cases.queries.in_sight import proposal_for


def attachments_of(proposal: Proposal) -> QuerySet[Attachment]:
    """The files attached now, in the order they were attached."""
    return proposal.attachments.filter(taken_off_at__isnull=True).select_related("by")


def attachment_for(actor: Actor, code: str, attachment_id: int) -> Attachment:
    """A file of a proposal whose papers the actor may open, or not found."""
    found = attachments_of(proposal_for(actor, code)).filter(id=attachment_id).first()
    if found is None:
        raise Http404
    return found
