"""What the sections of a proposal say, now and before."""

from __future__ import annotations

from pbc_web.business_cases.models import Proposal, SectionVersion


def latest_of(proposal: Proposal) -> dict[str, SectionVersion]:
    """The last version of each section that was ever saved, by its code."""
    return {each.section: each for each in proposal.sections.select_related("by").order_by("number")}


def history_of(proposal: Proposal, section: str) -> list[SectionVersion]:
    """Every version of a section, the last one first."""
    return list(proposal.sections.filter(section=section).select_related("by").order_by("-number"))
