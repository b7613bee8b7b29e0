"""Submitting a proposal: once, whole, with its route, its due date and the first event of its clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.audit.actions import record
from pbc_web.business_cases.actions.drafting import told_of
from pbc_web.business_cases.actions.writing import held_for_change, require_author, require_writer
from pbc_web.business_cases.models import ClockEvent, Proposal, SectionVersion
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.routing import Way, way_of
from pbc_web.business_cases.states import MOVES
from pbc_web.business_cases.telling import handlers_of, tell
from pbc_web.runs.case_readings import CaseEvent, clock_of, keeps_first_date
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day

Submitted = Callable[[Proposal, datetime], None]
_submitted: list[Submitted] = []


@dataclass(frozen=True)
class Clock:
    """What a submission on a day would start: the day the clock counts from, and the last day for a decision."""

    first_submitted_on: date
    due_on: date


def on_submit(function: Submitted) -> None:
    """Have a function called in the transaction that submits a proposal, before anybody is told: recusals are found there."""
    if function not in _submitted:
        _submitted.append(function)


def seen_of(latest: Mapping[str, SectionVersion]) -> str:
    """This returns a mark of what the sections say, by which submitting knows that it was all seen."""
    told = sorted((each.section, each.number) for each in latest.values())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def clock_if_submitted(proposal: Proposal, on: date) -> Clock:
    """This returns the clock a submission on a day would start; what came back keeps its first date by the engine's rule."""
    told = [*_events_before(proposal, on), CaseEvent("resubmitted" if proposal.earlier_id else "submitted", on)]
    clock = clock_of(told, as_at=on)
    return Clock(clock.submitted_on, clock.due_on)


@transaction.atomic
def submit(proposal: Proposal, *, seen: str, by: Actor, at: datetime) -> Proposal:
    """Submit a draft whose every section asked for is done, as it was `seen`; submitted twice, it is submitted once."""
    held = held_for_change(proposal)
    if held.state == "submitted":
        require_author(by, held)
        return held
    require_writer(by, held)
    on, latest = day_of(at), latest_of(held)
    way = way_of(held, latest, on=on)
    _require_whole(held, way, seen == seen_of(latest))
    clock = clock_if_submitted(held, on)
    held.state = moved(MOVES, held.state, "submit", what="proposal")
    held.yearly_pence, held.risks, held.changed_at = way.yearly_pence, list(way.risks), at
    held.route, held.route_reasons = (way.route.code, list(way.route.reasons)) if way.route else ("", [])
    held.submitted_by_id, held.submitted_at = by.person_id, at
    held.first_submitted_on, held.due_on = clock.first_submitted_on, clock.due_on
    held.save()
    event = "resubmitted" if held.earlier_id else "submitted"
    ClockEvent.objects.create(proposal=held, event=event, happened_on=on, by_id=by.person_id, at=at)
    told = told_of(held) | {"route": held.route, "due": clock.due_on.isoformat()}
    record(by=by, verb="submit_proposal", about=("proposal", held.code), at=at, told=told)
    for function in _submitted:
        function(held, at)
    words = f"{held.owner.name} submitted {held.code}, {held.title}. A decision is due by {day(held.due_on)}; its route is {held.route}."
    tell(handlers_of(held, at), held, subject=f"Submitted: {held.code}", body=words, key="submitted", at=at)
    return held


def _require_whole(held: Proposal, way: Way, is_seen: bool) -> None:
    if way.open:
        raise RefusedInput(
            "Not every section it needs is done.", found=", ".join(each.title for each in way.open), expected="all of them done",
            remedy="Finish them and mark each as completed.",
        )  # fmt: skip
    if not is_seen:
        raise RefusedInput(
            "Somebody changed it since you looked.",
            remedy="Open “Check and submit” again, and look at what it says now.",
        )
    if held.is_quick_win and (way.route is None or way.route.code != "light"):
        raise RefusedInput(
            "A quick win goes the light route, and this does not.", found=way.route.code if way.route else "no route",
            expected="light", remedy="Take off that it is a quick win, under “Title and plan”.",
        )  # fmt: skip


def _events_before(proposal: Proposal, on: date) -> list[CaseEvent]:
    """All that happened to it under the earlier codes whose clock it goes on with, the first code first: a decision ends a clock,
    unless it was agreed otherwise."""
    place: dict[int, int] = {}
    before = proposal.earlier
    while before is not None and (before.decided_on is None or keeps_first_date(on)):
        place[before.id] = -len(place)
        on = day_of(before.submitted_at) if before.submitted_at else on
        before = before.earlier
    found = sorted(ClockEvent.objects.filter(proposal__in=place), key=lambda each: (place[each.proposal_id], each.id))
    return [CaseEvent(each.event, each.happened_on, each.missing_item or None) for each in found]
