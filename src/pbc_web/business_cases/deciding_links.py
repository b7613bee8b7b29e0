"""What each reader can do next with a proposal, as links on its page: what the actions would refuse is not offered."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import AgendaItem, Decision, Proposal, Recommendation
from pbc_web.business_cases.permissions import (
    may_arbitrate,
    may_decide_proposals,
    may_handle_proposals,
    may_propose,
    may_take_part,
)
from pbc_web.business_cases.queries.clock import story
from pbc_web.business_cases.queries.conflicts import recusal_of, wrote
from pbc_web.business_cases.queries.in_sight import is_author
from pbc_web.business_cases.queries.meetings import decider_of, items_of, member_at
from pbc_web.business_cases.rules import rules_of
from pbc_web.panels.queries import chair_of, panel_of
from pbc_web.runs.case_readings import stop_faults_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day

Links = list[tuple[str, str]]


def takes_part(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody may do something towards the decision: of a commissioner, no author, and kept away at no level."""
    return may_take_part(actor) and _is_fair(actor, proposal)


def _is_fair(actor: Actor, proposal: Proposal) -> bool:
    return not wrote(actor.person_id, proposal) and recusal_of(actor.person_id, proposal) is None


def handles(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody sees a proposal through, and may."""
    own = actor.organisation.id == proposal.commissioner_id
    return may_handle_proposals(actor) and own and takes_part(actor, proposal)


def to(proposal: Proposal, view: str, act: str, key: int = 0) -> str:
    """The address of an act, about a row of the proposal where a key is given."""
    one = {"handle": "handle_one", "take_part": "take_part_in_one", "as_author": "as_author_of_one"}
    args = [proposal.code, act, *([key] if key else [])]
    return reverse(f"business_cases:{one[view] if key else view}", args=args)


def clock_links(actor: Actor, proposal: Proposal, state: str, at: datetime) -> Links:
    """What can be done on the clock."""
    if proposal.state != "submitted":
        return []
    if handles(actor, proposal):
        acts = [
            *_stop_or_go(proposal, state, at),
            ("Put it off", "defer"),
            ("Agree it in principle", "in-principle"),
            ("Have it withdrawn at our request", "withdraw-at-request"),
        ]
        return [(text, to(proposal, "handle", act)) for text, act in acts]
    if state == "stopped" and may_propose(actor) and is_author(actor, proposal):
        return [("Say that what was missing is there", to(proposal, "as_author", "resume"))]
    return []


def _stop_or_go(proposal: Proposal, state: str, at: datetime) -> Links:
    """A stop is offered while one is still permitted."""
    if state == "stopped":
        return [("Let the clock run again", "resume")]
    is_late = stop_faults_of(story(proposal), on=day_of(at), missing_item="something")
    return [] if is_late else [("Stop the clock", "stop")]


def links_before(actor: Actor, proposal: Proposal, waits: Recommendation | None, at: datetime) -> Links:
    """What can be done towards a decision."""
    if not takes_part(actor, proposal):
        return []
    links: Links = []
    today, decider = day_of(at), decider_of(proposal)
    if handles(actor, proposal):
        links.append(("Set it before a meeting", to(proposal, "handle", "agenda")))
        if decider == "delegated_officer" and waits is None:
            links.insert(0, ("Decide as the delegated officer", to(proposal, "handle", "decide")))
    for item in items_of(proposal):
        links += _links_at(actor, proposal, item, today)
    panel = panel_of(proposal.commissioner, today)
    chair = chair_of(panel, today) if panel else None
    is_chair = chair is not None and chair.person_id == actor.person_id
    if decider == "chairs_action" and is_chair and waits is None:
        links.append(("Decide by chair's action", to(proposal, "take_part", "chairs-action")))
    if waits is not None and waits.by_id != actor.person_id and may_decide_proposals(actor):
        links.append(("Confirm as the second person", to(proposal, "take_part", "confirm", waits.id)))
        links.append(("Do not confirm", to(proposal, "take_part", "turn-down", waits.id)))
    return links


def _links_at(actor: Actor, proposal: Proposal, item: AgendaItem, today: date) -> Links:
    links: Links = []
    has_votes = item.votes.exists()
    if handles(actor, proposal) and not has_votes:
        links.append(
            (f"Take it off the agenda of {day(item.meeting.meets_on)}", to(proposal, "handle", "off-agenda", item.id))
        )
    member = member_at(actor, item.meeting)
    is_declared = item.recommendation is not None and item.recommendation.state == "waiting"
    if member is None or item.meeting.meets_on > today or item.meeting.state == "cancelled" or is_declared:
        return links
    if member.is_voting and not item.votes.filter(person=actor.person_id).exists():
        links.append(("Vote", to(proposal, "take_part", "vote", item.id)))
    if member.is_chair and has_votes:
        links.append(("Declare what the meeting decided", to(proposal, "take_part", "declare-result", item.id)))
    return links


def judges(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody judges the conditions of an approval."""
    return (
        proposal.state == "approved"
        and may_handle_proposals(actor)
        and actor.organisation.id == proposal.commissioner_id
        and recusal_of(actor.person_id, proposal) is None
    )


def links_after(actor: Actor, proposal: Proposal, made: Decision, at: datetime) -> Links:
    """What can be done once it is decided."""
    own = may_propose(actor) and is_author(actor, proposal)
    appeal = getattr(made, "appeal", None)
    links: Links = []
    if own and proposal.state == "refused" and appeal is None:
        links.append(("Appeal to the region", to(proposal, "as_author", "appeal")))
    if own and proposal.state == "approved":
        links.append(("Replace it by another", to(proposal, "as_author", "supersede")))
    if appeal is not None and appeal.state == "open" and may_arbitrate(actor) and _is_fair(actor, proposal):
        links.append(("Judge the appeal", reverse("business_cases:arbitrate", args=[proposal.code])))
    if judges(actor, proposal) and rules_of(proposal.commissioner, on=day_of(at)).lapses_from(
        made.decided_on
    ) <= day_of(at):
        links.append(("Let the approval lapse", to(proposal, "handle", "lapse")))
    return links
