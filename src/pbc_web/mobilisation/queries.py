"""Approved cases in sight, their milestones, and the day their service changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from pbc.reference.case_events import CHANGED
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Person
from pbc_web.accounts.queries import appointments_on
from pbc_web.business_cases.models import Author, ClockEvent, Proposal, Recusal
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose
from pbc_web.business_cases.queries.clock import changes_of
from pbc_web.business_cases.queries.in_sight import proposal_for, proposals_for
from pbc_web.business_cases.queries.quick_wins import done_by
from pbc_web.mobilisation.models import BenefitWork, Milestone
from pbc_web.organisations.kinds import GROUPS, IN_GROUP
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import members_of
from pbc_web.runs.benefit_readings import code_of


@dataclass(frozen=True)
class Progress:
    """An approved case: its milestones, the day its service changed if it has, and as a quick win the day it is to have by."""

    proposal: Proposal
    milestones: tuple[Milestone, ...]
    changed_on: date | None
    quick_due_on: date | None

    def late(self, today: date) -> list[Milestone]:
        """The open milestones whose day has passed."""
        return [each for each in self.milestones if is_late(each, today)]

    def is_quick_win_late(self, today: date) -> bool:
        """Whether it is a quick win that was not in service by its day."""
        return self.quick_due_on is not None and (self.changed_on or today) > self.quick_due_on


def is_late(milestone: Milestone, today: date) -> bool:
    """Whether a milestone is open after its day."""
    return milestone.state == "open" and milestone.due_on < today


def is_approved_case(proposal: Proposal) -> bool:
    """Whether a proposal is one that milestones and a change of service belong to."""
    return proposal.kind == "case" and proposal.state == "approved"


def approved_cases(actor: Actor) -> QuerySet[Proposal]:
    """The approved cases whose papers somebody may open."""
    return proposals_for(actor).filter(kind="case", state="approved").order_by("decided_on", "code")


def case_for(actor: Actor, code: str) -> Proposal:
    """One approved case whose papers somebody may open, or not found."""
    found = proposal_for(actor, code)
    if not is_approved_case(found):
        raise Http404
    return found


def milestone_for(actor: Actor, code: str, number: int) -> Milestone:
    """One milestone of a case in sight, or not found."""
    proposal = proposal_for(actor, code)
    found = Milestone.objects.select_related("owner", "depends_on").filter(proposal=proposal, number=number).first()
    if found is None:
        raise Http404
    found.proposal = proposal
    return found


def keeps(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody keeps a case's milestones and benefit: its authors, and those who handle its commissioner's proposals and are kept
    away at no level."""
    return proposal.id in kept_of(actor, [proposal])


def kept_of(actor: Actor, proposals: Iterable[Proposal]) -> set[int]:
    """The ids of the cases whose milestones and benefit somebody keeps; two questions to the database however many they are."""
    cases = [each for each in proposals if is_approved_case(each)]
    kept: set[int] = set()
    if may_handle_proposals(actor):
        handled = {each.id for each in cases if each.commissioner_id == actor.organisation.id}
        away = Recusal.objects.filter(proposal__in=handled, person=actor.person_id, ended_at__isnull=True)
        kept = handled - set(away.values_list("proposal_id", flat=True))
    if may_propose(actor):
        written = Author.objects.filter(proposal__in=cases, person=actor.person_id, left_at__isnull=True)
        kept |= set(written.values_list("proposal_id", flat=True))
    return kept


def may_own(proposal: Proposal, *, on: date) -> list[Person]:
    """Who may own a milestone: the people of the case's owner and of its commissioner, but nobody who is kept away from it."""
    held = appointments_on(on).filter(organisation__in=[proposal.owner_id, proposal.commissioner_id])
    away = Recusal.objects.filter(proposal=proposal, ended_at__isnull=True).values("person_id")
    found = Person.objects.filter(id__in=held.values("person_id"))
    own = appointments_on(on).filter(organisation=proposal.owner_id).values("person_id")
    return list((found.exclude(id__in=away) | found.filter(id__in=own)).order_by("name", "id").distinct())


def milestones_of(proposal: Proposal) -> list[Milestone]:
    """A case's milestones, by the day each is due."""
    return list(proposal.milestones.select_related("owner", "depends_on"))


def progress_of(proposals: Iterable[Proposal]) -> list[Progress]:
    """How cases stand, each with its milestones; three questions to the database however many they are."""
    cases = list(proposals)
    milestones = defaultdict(list)
    for each in Milestone.objects.filter(proposal__in=cases).select_related("owner", "depends_on"):
        milestones[each.proposal_id].append(each)
    changed = changes_of(cases)
    return [Progress(each, tuple(milestones[each.id]), changed.get(each.id), quick_due_on(each)) for each in cases]


def changes_recorded(proposal: Proposal) -> list[ClockEvent]:
    """The change of service as recorded and corrected, the last one last."""
    return list(ClockEvent.objects.filter(proposal=proposal, event=CHANGED).select_related("by").order_by("id"))


def quick_due_on(proposal: Proposal) -> date | None:
    """The day by which an approved quick win is to be in service; None of all others."""
    if not proposal.is_quick_win or proposal.decided_on is None:
        return None
    return done_by(proposal.decided_on)


def benefit_code(proposal: Proposal) -> str:
    """The name under which the engine keeps a case's benefit: made of its code, which no other has."""
    return code_of(proposal.code)


def choice_of(proposal: Proposal) -> BenefitWork | None:
    """The last choice of comparators that is done."""
    return proposal.benefit_work.filter(after_months=0, done_at__isnull=False).first()


def is_nobody_chosen(proposal: Proposal) -> bool:
    """Whether no comparators are chosen, and none are being chosen."""
    under_way = proposal.benefit_work.filter(after_months=0, run__state__in=("queued", "running"))
    return choice_of(proposal) is None and not under_way.exists()


def practices_of(proposal: Proposal, *, on: date) -> list[Organisation]:
    """The practices whose service a case may change: its owner, or the practices of an owner that is a group."""
    if proposal.owner.kind in GROUPS:
        return list(members_of(proposal.owner, on=on, relations=IN_GROUP))
    return [proposal.owner]
