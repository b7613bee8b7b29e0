"""Rows of proposals."""

from pbc_web.business_cases.models.events import ClockEvent
from pbc_web.business_cases.models.proposals import Author, Proposal, SectionVersion
from pbc_web.business_cases.models.recusals import Recusal

__all__ = ["Author", "ClockEvent", "Proposal", "Recusal", "SectionVersion"]
