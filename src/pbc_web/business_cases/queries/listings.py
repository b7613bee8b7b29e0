"""Lists of proposals as somebody sees them: what waits by its due date, then drafts, then what is over, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.organisations.models import Organisation

SIGNS = 120  # of words looked for


@dataclass(frozen=True)
class Asked:
    """Which proposals to show: by state, by kind, and by words in title, code or whose it is."""

    state: str = ""
    kind: str = ""
    words: str = ""


def listed_for(actor: Actor, asked: Asked) -> QuerySet[Proposal]:
    """The proposals somebody sees that are as asked; what is discarded only if asked for."""
    found = proposals_for(actor)
    found = found.filter(state=asked.state) if asked.state else found.exclude(state="discarded")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.words:
        near = ("title__icontains", "code__icontains", "owner__name__icontains")
        condition = Q()
        for each in near:
            condition |= Q(**{each: asked.words[:SIGNS]})
        found = found.filter(condition)
    waits = Case(When(state="submitted", then=Value(0)), When(state="draft", then=Value(1)), default=Value(2))
    return found.order_by(waits, F("decided_on").desc(nulls_last=True), F("due_on").asc(nulls_last=True), "-id")


def commissioners_of(actor: Actor) -> list[Organisation]:
    """The commissioners somebody writes proposals to: those that pay for their practice, or for practices of their group."""
    return list(Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either).order_by("code"))


def plans_of(actor: Actor) -> list[Proposal]:
    """The plans somebody's proposals may belong to: those they see that are written, wait or are approved."""
    found = proposals_for(actor).filter(kind="plan", state__in=("draft", "submitted", "approved"))
    return list(found.order_by("-financial_year", "code"))
