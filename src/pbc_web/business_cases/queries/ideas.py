"""Ideas as somebody sees them, and how long each waited for its answer."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Idea
from pbc_web.shell.clock import day_of


def ideas_for(actor: Actor) -> QuerySet[Idea]:
    """The ideas of one's own organisation, of one's group, or put to one's commissioner: what waits longest first."""
    found = Idea.objects.visible_to(actor).select_related("owner", "commissioner", "by", "answered_by", "proposal")
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
