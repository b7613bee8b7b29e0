"""What happened to the proposals somebody may open, event by event, as the engine measures decisions by it.

Whoever is kept away from a proposal has it neither in rows nor in counts: it is as if it were not there. One that came back from
another they may not open would lose its first day, so it is left out with it. Nothing says how many are.
"""

from __future__ import annotations

from pbc.reference.case_events import RESUBMITTED
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.states import UNSEEN
from pbc_web.runs.decision_readings import HappenedTo


def counted_for(actor: Actor, kind: str) -> list[Proposal]:
    """The proposals of a kind, ever submitted, that somebody may open with all the codes they had before."""
    found = {each.id: each for each in proposals_for(actor).filter(kind=kind).exclude(state__in=UNSEEN).order_by("id")}
    whole: dict[int, Proposal] = {}
    for each in found.values():  # whatever came back is younger than what it came back from
        if each.earlier_id is None or each.earlier_id in whole:
            whole[each.id] = each
    return list(whole.values())


def events_for(proposals: list[Proposal]) -> list[HappenedTo]:
    """All that happened to proposals on their clocks, as it was recorded; in one question to the database."""
    found = {each.id: each for each in proposals}
    events = ClockEvent.objects.filter(proposal__in=found).order_by("id")
    return [_told(each, found[each.proposal_id], found) for each in events]


def _told(event: ClockEvent, of: Proposal, found: dict[int, Proposal]) -> HappenedTo:
    earlier = found[of.earlier_id].code if event.event == RESUBMITTED and of.earlier_id else ""
    return HappenedTo(of.code, of.commissioner.code, event.happened_on, event.event, event.missing_item, earlier)
