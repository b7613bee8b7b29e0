"""The appraisals of a proposal."""

from __future__ import annotations

from pbc_web.business_cases.models import Appraisal, Proposal


def last_done(proposal: Proposal) -> Appraisal | None:
    """The appraisal finished last."""
    return proposal.appraisals.filter(done_at__isnull=False).order_by("-done_at", "-id").first()


def last_asked(proposal: Proposal) -> Appraisal | None:
    """The appraisal asked for last, whatever became of it."""
    return proposal.appraisals.select_related("run").first()
