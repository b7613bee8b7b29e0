"""What the sections of a proposal say, now and before."""

from __future__ import annotations

from pbc_web.business_cases.models import Proposal, SectionVersion
from pbc_web.business_cases.routing import way_of
from pbc_web.business_cases.sections import Section, sections_of
from pbc_web.shell.clock import day_of


def latest_of(proposal: Proposal) -> dict[str, SectionVersion]:
    """The last version of each section that was ever saved, by its code."""
    return {each.section: each for each in proposal.sections.select_related("by").order_by("number")}


def history_of(proposal: Proposal, section: str) -> list[SectionVersion]:
    """Every version of a section, the last one first."""
    return list(proposal.sections.filter(section=section).select_related("by").order_by("-number"))


def asked_about(proposal: Proposal) -> list[Section]:
    """The sections of a proposal that waits about which its authors may be asked: those its route asks for, and what else they wrote."""
    assert proposal.submitted_at is not None  # it waits
    latest = latest_of(proposal)
    asked_for = way_of(proposal, latest, on=day_of(proposal.submitted_at)).asked
    return [each for each in sections_of(proposal.kind) if each in asked_for or each.code in latest]
