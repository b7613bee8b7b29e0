"""A proposal's clock as the engine reads it, from the events of all its codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from pbc.reference.case_events import CHANGED
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.states import UNSEEN
from pbc_web.runs.case_readings import CaseClock, CaseEvent, clock_of


def codes_of(proposal: Proposal) -> list[Proposal]:
    """The proposal and those it was before under earlier codes on the same clock, first to last."""
    found = [proposal]
    while found[0].earlier is not None and found[0].earlier.first_submitted_on == proposal.first_submitted_on:
        found.insert(0, found[0].earlier)
    return found


def events_of(proposal: Proposal) -> list[ClockEvent]:
    """What happened to a proposal on its clock, earlier codes' events first."""
    place = {each.id: at for at, each in enumerate(codes_of(proposal))}
    found = ClockEvent.objects.filter(proposal__in=place).select_related("by", "proposal")
    return sorted(found, key=lambda each: (place[each.proposal_id], each.id))


def story(proposal: Proposal) -> list[CaseEvent]:
    """This returns a proposal's events as the engine takes them, told whole; of a change of service the day recorded last."""
    events = events_of(proposal)
    changes = [each for each in events if each.event == CHANGED]
    return [
        CaseEvent(each.event, each.happened_on, each.missing_item or None)
        for each in events
        if each not in changes[:-1]
    ]


def changes_of(proposals: Iterable[Proposal | int]) -> dict[int, date]:
    """The day each service changed, by the id of its proposal: what was recorded last is what holds (decision 0290)."""
    found = ClockEvent.objects.filter(proposal__in=list(proposals), event=CHANGED).order_by("id")
    return dict(found.values_list("proposal_id", "happened_on"))


def clock_on(proposal: Proposal, day: date) -> CaseClock:
    """This returns how a submitted proposal's clock stands on a day."""
    return clock_of(story(proposal), as_at=day)


def waiting(state: str = "submitted") -> list[Proposal]:
    """Every proposal on which the clock runs: those submitted, and those withdrawn because the commissioner asked and not back.

    For the clock itself, which acts for nobody and shows nothing.
    """
    is_not_back = Q(later__isnull=True) | Q(later__state__in=UNSEEN)  # a draft of it is not back yet
    found = Proposal.everywhere.filter(is_not_back, state__in=(state, "withdrawn")).select_related(
        "owner", "commissioner"
    )
    asked = set(ClockEvent.objects.filter(event="withdrawn_at_request").values_list("proposal_id", flat=True))
    return [each for each in found if each.state == state or each.id in asked]
