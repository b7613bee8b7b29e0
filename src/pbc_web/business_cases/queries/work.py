"""What waits for whom: handlers, reviewers, members, second persons, authors and the region."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import (
    AgendaItem,
    Appeal,
    Declaration,
    Proposal,
    Question,
    Recommendation,
    Recusal,
    Review,
)
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.business_cases.queries.meetings import deciders_of
from pbc_web.business_cases.queries.reviews import recommendations_for


def waiting_for(actor: Actor) -> list[Proposal]:
    """What waits for a decision of an actor's own commissioner and is theirs to see, soonest due first, so that what is late stands
    above."""
    found = proposals_for(actor).filter(state="submitted", commissioner=actor.organisation)
    return list(
        found.prefetch_related("reviews", "items__meeting", "recommendations", "questions").order_by("due_on", "id")
    )


def next_steps(proposals: Collection[Proposal], today: date) -> dict[int, str]:
    """What is to be done next with each of some proposals that wait, in words by its id, as it is decided."""
    deciders = deciders_of(proposals)
    return {each.id: _next_step(each, deciders[each.id], today) for each in proposals}


def _next_step(proposal: Proposal, decider: str, today: date) -> str:
    items = [each.meeting for each in proposal.items.all() if each.taken_off_at is None]
    meetings = [each.meets_on for each in items if each.state != "cancelled"]
    if any(each.state == "waiting" for each in proposal.recommendations.all()):
        return "A second person confirms it"
    if decider == "delegated_officer":
        return "Decide it"
    if any(each.done_at is None for each in proposal.reviews.all()):
        return "Wait for its reviews"
    if any(on >= today for on in meetings):
        return "It stands before a meeting"
    if meetings:
        return "Declare what the meeting decided"
    return "Have the chair decide it alone" if decider == "chairs_action" else "Set it before a meeting"


def reviews_to_do(actor: Actor) -> QuerySet[Review]:
    """What somebody was asked to score and has not, of what they may see."""
    found = Review.objects.filter(person=actor.person_id, done_at__isnull=True, proposal__in=_open_to(actor))
    return found.select_related("proposal").order_by("due_on", "id")


def to_confirm(actor: Actor) -> QuerySet[Recommendation]:
    """What waits for a second person and may be theirs: what they are asked to score they score first."""
    found = recommendations_for(actor).filter(state="waiting", proposal__in=_open_to(actor)).exclude(by=actor.person_id)
    return found.select_related("proposal").order_by("proposal__due_on", "id")


def to_vote_on(actor: Actor, today: date) -> list[AgendaItem]:
    """What stands before meetings of panels somebody sits on with a vote, and has not voted on, once the meeting's day is there."""
    seats = {"meeting__panel__members__person": actor.person_id, "meeting__panel__members__is_voting": True}
    found = AgendaItem.objects.filter(
        **seats, taken_off_at__isnull=True, meeting__meets_on__lte=today, meeting__panel__members__ends_before__gt=today,
        proposal__in=_open_to(actor),
    ).exclude(votes__person=actor.person_id)  # fmt: skip
    found = found.exclude(meeting__state="cancelled").exclude(recommendation__state="waiting")
    return list(found.select_related("proposal", "meeting").distinct().order_by("proposal__due_on", "id"))


def questions_to_answer(actor: Actor) -> QuerySet[Question]:
    """What the authors of somebody's proposals were asked and have not answered."""
    own = {"proposal__authors__person": actor.person_id, "proposal__authors__left_at__isnull": True}
    found = Question.objects.filter(**own, answered_at__isnull=True, proposal__state="submitted")
    return found.select_related("proposal").order_by("id")


def appeals_to_judge(actor: Actor) -> QuerySet[Appeal]:
    """Appeals that wait for an actor's region and are theirs to judge."""
    found = Appeal.objects.filter(state="open", decision__proposal__in=_fair_to(actor))
    return found.select_related("decision__proposal").order_by("due_on", "id")


def kept_away_from(actor: Actor) -> set[int]:
    """The ids of proposals somebody is kept away from, at any level."""
    return set(_live_recusals(actor).values_list("proposal_id", flat=True))


def declared_of(actor: Actor) -> set[int]:
    """The ids of proposals of which somebody has declared what stake they have."""
    return set(Declaration.objects.filter(person=actor.person_id).values_list("proposal_id", flat=True))


def _open_to(actor: Actor) -> Any:
    """What waits and is theirs to take part in."""
    return _fair_to(actor).filter(state="submitted")


def _fair_to(actor: Actor) -> Any:
    """What they see but what they wrote or are kept away from: of that, at whatever level, they have no task."""
    found = proposals_for(actor)
    return found.exclude(recusals__in=_live_recusals(actor)).exclude(authors__person=actor.person_id)


def _live_recusals(actor: Actor) -> Any:
    return Recusal.objects.filter(person__in=actor.eyes, ended_at__isnull=True)
