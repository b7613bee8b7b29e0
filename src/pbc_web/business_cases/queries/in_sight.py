"""Which proposals an actor sees: the one place every list, count, search, notice, paper, file and interface asks.

Whoever is kept away from a proposal without papers finds nothing of it here; once it is decided they find outcome and reasons by
`outcomes_for`, as every practice does. Its authors, and their organisation, always see it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.business_cases.models import AgendaItem, Author, Proposal
from pbc_web.business_cases.queries.conflicts import withheld_ids
from pbc_web.business_cases.states import UNSEEN
from pbc_web.organisations.kinds import COMMISSIONERS
from pbc_web.panels.models import Member

DECIDED = ("approved", "refused", "lapsed", "superseded")  # the last only where it was approved before


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """The proposals whose papers an actor may open: their own organisation's, those they write with others, and those submitted
    to the commissioner they work for or that answers to them."""
    is_author = Exists(Author.objects.filter(proposal=OuterRef("pk"), person=actor.person_id, left_at__isnull=True))
    own, kept_away = Q(owner=actor.organisation), Q(id__in=withheld_ids(actor.person_id))
    found = Proposal.everywhere.filter(is_author | own | (_by_organisation(actor) & ~kept_away))
    if actor.seen_by_id:  # whoever is kept away does not see it through somebody else's eyes either
        found = found.exclude(id__in=withheld_ids(actor.seen_by_id))
    return found.select_related("owner", "commissioner")


def proposal_for(actor: Actor, code: str) -> Proposal:
    """One proposal whose papers the actor may open, or not found."""
    found = proposals_for(actor).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def outcomes_for(actor: Actor) -> QuerySet[Proposal]:
    """The proposals decided by commissioners the actor sees at all: outcome and reasons are open to every practice, to whoever
    was kept away too."""
    return Proposal.everywhere.filter(
        commissioner__in=actor.reach.either, decided_on__isnull=False
    ).select_related("owner", "commissioner")  # fmt: skip


def library_for(actor: Actor) -> QuerySet[Proposal]:
    """The decided proposals somebody finds in the library: those of commissioners they see at all, and what authors elsewhere opened."""
    seen = Q(commissioner__in=actor.reach.either) | Q(opening__is_open=True)
    found = Proposal.everywhere.filter(seen, decision__isnull=False)
    return found.select_related("owner", "commissioner", "decision", "opening")


def is_author(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody writes a proposal."""
    return proposal.authors.filter(person=actor.person_id, left_at__isnull=True).exists()


def _stands_in(actor: Actor) -> Exists:
    """It is set before a panel that stands in for the commissioner's own, and they sit on that."""
    seats = Member.objects.filter(
        panel=OuterRef("meeting__panel"), person=actor.person_id, panel__commissioner=actor.organisation, starts_on__lte=actor.on,
        ends_before__gt=actor.on,
    )  # fmt: skip
    return Exists(AgendaItem.objects.filter(Exists(seats), proposal=OuterRef("pk"), taken_off_at__isnull=True))


def _by_organisation(actor: Actor) -> Any:
    own = actor.organisation
    if own.kind in COMMISSIONERS:
        return (Q(commissioner=own) | _stands_in(actor)) & ~Q(state__in=UNSEEN)
    if actor.sees(Sight.REGION):
        return Q(commissioner__in=actor.reach.sums) & ~Q(state__in=UNSEEN)
    return Q(owner=own) | Q(owner__in=actor.reach.detail) & ~Q(state__in=UNSEEN)
