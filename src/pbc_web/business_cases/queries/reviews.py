"""Reviews as they are read: the weighted total of each, explained, and what changed in a section since it was asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.models import AgendaItem, Proposal, Question, Recommendation, Review, Score
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.business_cases.sections import section_of
from pbc_web.business_cases.sections.answers import Changed, changes_between
from pbc_web.panels.queries import seats_on


@dataclass(frozen=True)
class Total:
    """A weighted total in tenths of a part of 100: the sum of mark times weight, over the most it could be."""

    earned: int
    possible: int

    @property
    def tenths(self) -> int:
        """The total in tenths of 100, half rounded up."""
        return (2_000 * self.earned + self.possible) // (2 * self.possible)

    @property
    def words(self) -> str:
        """The total with how it came about."""
        shown = f"{self.tenths // 10}.{self.tenths % 10}"
        return f"{shown} of 100: {self.earned:,} of {self.possible:,}, each mark times the weight of its criterion"


def total_of(scores: Iterable[Score]) -> Total | None:
    """This returns the weighted total of scores, or None of none. Whole numbers throughout; two reviews add up to one total."""
    rows = list(scores)
    if not rows:
        return None
    return Total(sum(each.mark * each.weight for each in rows), sum(each.most * each.weight for each in rows))


def reviews_in(proposal: Proposal) -> list[Review]:
    """Who was asked to score a proposal, with their scores."""
    return list(Review.objects.filter(proposal=proposal).select_related("person").prefetch_related("scores"))


def given_first(actor: Actor) -> QuerySet[Review]:
    """The reviews somebody, or who looks through their eyes, has yet to give, before which they read no score and no recommendation of
    others. Whoever sees a proposal through reads them all the same, and who chairs a panel that decides it; not who views as them."""
    found, own = Review.objects.filter(done_at__isnull=True, proposal__state="submitted"), Q(person=actor.person_id)
    if may_handle_proposals(actor):
        own &= ~Q(proposal__commissioner=actor.organisation)
    chairs = seats_on(actor.on).filter(person=actor.person_id, is_chair=True)
    there = AgendaItem.objects.filter(meeting__panel__in=chairs.values("panel"), taken_off_at__isnull=True)
    own &= ~Q(proposal__commissioner__in=chairs.values("panel__commissioner")) & ~Q(
        proposal__in=there.values("proposal")
    )
    return found.filter(own | Q(person=actor.seen_by_id))


def recommendations_for(actor: Actor) -> QuerySet[Recommendation]:
    """What one person recommends, of what somebody may read."""
    return Recommendation.objects.exclude(proposal__in=given_first(actor).values("proposal"))


def unread_codes(actor: Actor) -> list[str]:
    """The codes of proposals of which somebody reads no recommendation yet though there is one: the trail would tell."""
    said = given_first(actor).filter(proposal__in=Recommendation.objects.values("proposal"))
    return list(said.values_list("proposal__code", flat=True))


def questions_in(proposal: Proposal) -> list[Question]:
    """What was asked of a proposal's authors, first to last."""
    return list(Question.objects.filter(proposal=proposal).select_related("asked_by", "answered_by", "proposal"))


def changes_since(question: Question, *, on: date) -> list[Changed]:
    """What changed in the section a question is about since it was asked, answer by answer and word by word."""
    of = section_of(question.proposal.kind, question.section)
    if of is None:
        return []
    versions = dict(
        question.proposal.sections.filter(section=question.section).order_by("number").values_list("number", "answers")
    )
    last = versions[max(versions)] if versions else {}
    return changes_between(of, versions.get(question.number_then, {}), last, on=on)
