"""What happened to the proposals somebody may open, event by event, as the engine measures decisions by it.

Whoever is kept away from a proposal has it neither in rows nor in counts: it is as if it were not there. One that came back from
another they may not open would lose its first day, so it is left out with it. Nothing says how many are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pbc.reference.case_events import CHANGED
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
    """All that happened to proposals on their clocks, in two questions to the database; of a change of service the last word."""
    events = defaultdict(list)
    for each in ClockEvent.objects.filter(proposal__in=proposals).order_by("id"):
        events[each.proposal_id].append(each)
    codes = {each.id: each.code for each in proposals}
    return [told for each in proposals for told in _told(each, events[each.id], codes)]


def _told(proposal: Proposal, events: list[ClockEvent], codes: dict[int, str]) -> Iterator[HappenedTo]:
    changes = [each for each in events if each.event == CHANGED]
    for each in events:
        if each not in changes[:-1]:
            earlier = codes[proposal.earlier_id] if each.event == "resubmitted" and proposal.earlier_id else ""
            yield HappenedTo(
                proposal.code, proposal.commissioner.code, each.happened_on, each.event, each.missing_item, earlier
            )
