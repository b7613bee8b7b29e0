"""What happens on a proposal's clock beside its decision: one stop, its end, and what decides nothing and stops nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.taking import locked, require_fair, require_handler, told
from pbc_web.business_cases.models import ClockEvent, Proposal
from pbc_web.business_cases.queries.clock import clock_on, story
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.states import MOVES
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.runs.case_readings import stop_faults_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day

SAID = {  # what authors are told, with the reason after it
    "stopped": "The clock is stopped: {missing} is missing. The due date stays {due}; net days are counted beside.",
    "resumed": "The clock runs again. The due date is {due}, as before.",
    "deferred": "It was put off. That is no decision: the clock runs on, and it is due on {due}.",
    "decided_in_principle": "It was agreed in principle. That is no decision: the clock runs on, and it is due on {due}.",
    "withdrawn_at_request": "It was withdrawn because the commissioner asked. That is no decision: the clock runs on from the first "
    "day, and it keeps that day when it comes back.",
}


@transaction.atomic
def stop(proposal: Proposal, *, missing_item: str, by: Actor, at: datetime) -> ClockEvent:
    """Stop the clock for something its author left out: once, before the day the rule names. The due date stays."""
    held = _taken_by_handler(proposal, by)
    faults = stop_faults_of(story(held), on=day_of(at), missing_item=missing_item)
    if faults:
        raise RefusedInput("The clock may not be stopped.", where=held.code, found=" ".join(faults))
    return _happened(held, "stopped", missing_item=missing_item, by=by, at=at)


@transaction.atomic
def resume(proposal: Proposal, *, by: Actor, at: datetime) -> ClockEvent:
    """Let the clock run again: by whoever handles the proposal, or by an author once what was missing is there."""
    held = locked(proposal, "submitted")
    if not is_author(by, held):
        require_handler(by, held)
        require_fair(by, held)
    if clock_on(held, day_of(at)).state != "stopped":
        raise RefusedInput("The clock is not stopped.", where=held.code)
    return _happened(held, "resumed", by=by, at=at)


@transaction.atomic
def defer(proposal: Proposal, *, reason: str, by: Actor, at: datetime) -> ClockEvent:
    """Say that a decision was put off, and why. The clock runs on."""
    return _happened(_taken_by_handler(proposal, by), "deferred", reason=reason, by=by, at=at)


@transaction.atomic
def decide_in_principle(proposal: Proposal, *, reason: str, by: Actor, at: datetime) -> ClockEvent:
    """Say that it was agreed in principle, and what is still open. The clock runs on."""
    return _happened(_taken_by_handler(proposal, by), "decided_in_principle", reason=reason, by=by, at=at)


@transaction.atomic
def withdraw_at_request(proposal: Proposal, *, reason: str, by: Actor, at: datetime) -> ClockEvent:
    """Say that it is withdrawn because the commissioner asked, and why. The clock runs on, and it may come back on it."""
    held = _taken_by_handler(proposal, by)
    event = _happened(held, "withdrawn_at_request", reason=reason, by=by, at=at)
    held.state, held.changed_at = moved(MOVES, held.state, "withdraw", what="proposal"), at
    held.save(update_fields=["state", "changed_at"])
    held.recommendations.filter(state="waiting").update(state="turned_down", judged_at=at)
    return event


def _taken_by_handler(proposal: Proposal, by: Actor) -> Proposal:
    held = locked(proposal, "submitted")
    require_handler(by, held)
    require_fair(by, held)
    return held


def _happened(
    proposal: Proposal, event: str, *, by: Actor, at: datetime, reason: str = "", missing_item: str = ""
) -> ClockEvent:
    if event not in ("stopped", "resumed") and not reason.strip():
        raise RefusedInput("This needs its reason.", where=proposal.code)
    before = ClockEvent.objects.filter(proposal=proposal).last()
    same = ("event", event), ("happened_on", day_of(at)), ("reason", reason), ("by_id", by.person_id)
    if before is not None and all(getattr(before, name) == value for name, value in same):
        return before  # pressed twice, it happened once
    made = ClockEvent.objects.create(
        proposal=proposal, event=event, happened_on=day_of(at), missing_item=missing_item, reason=reason, by_id=by.person_id,
        at=at,
    )  # fmt: skip
    told(proposal, f"clock_{event}", by=by, at=at)
    people = [*authors_of(proposal), *(handlers_of(proposal, at) if event == "resumed" else [])]
    words = SAID[event].format(missing=missing_item, due=day(proposal.due_on))
    tell(
        people, proposal, subject=f"{proposal.code}: {made.get_event_display()}", body=f"{proposal.title}. {words} {reason}".strip(),
        key=f"event-{made.id}", at=at,
    )  # fmt: skip
    return made
