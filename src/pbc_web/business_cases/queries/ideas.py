"""Ideas as somebody sees them, and how long each waited for its answer."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Idea
from pbc_web.business_cases.queries.conflicts import withheld_codes
from pbc_web.shell.clock import day_of


def ideas_for(actor: Actor) -> QuerySet[Idea]:
    """The ideas of one's own organisation, of one's group, or put to one's commissioner: what waits longest first. What became a
    proposal whose papers somebody may not see is not there for them, unless it is of their own organisation."""
    found = Idea.objects.visible_to(actor).select_related("owner", "commissioner", "by", "answered_by", "proposal")
    found = found.exclude(~Q(owner=actor.organisation), proposal__code__in=withheld_codes(actor.person_id))
    if actor.seen_by_id:  # nor through the eyes of its own organisation
        found = found.exclude(proposal__code__in=withheld_codes(actor.seen_by_id))
    return found.order_by("answered_at", "at", "id")


def idea_for(actor: Actor, idea_id: int) -> Idea:
    """An idea in sight, or not found."""
    found: Idea | None = ideas_for(actor).filter(id=idea_id).first()
    if found is None:
        raise Http404
    return found


def days_waited(idea: Idea, *, today: date) -> int:
    """How many days an idea waited for its answer, or waits."""
    return ((day_of(idea.answered_at) if idea.answered_at else today) - day_of(idea.at)).days


def withheld_ideas(person_id: int) -> list[str]:
    """The ids of ideas that became proposals kept from a person altogether, as the trail names them."""
    found = Idea.everywhere.filter(proposal__code__in=withheld_codes(person_id))
    return [str(each) for each in found.values_list("id", flat=True)]
