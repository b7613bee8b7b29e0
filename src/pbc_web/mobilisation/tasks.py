"""What waits for whoever keeps milestones or owns one, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.business_cases.models import Author, Proposal
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.permissions import may_read_mobilisation
from pbc_web.mobilisation.queries import approved_cases, kept_of, progress_of
from pbc_web.shell.words import count_of, day


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields each late milestone for its owner and the case's authors, and quick wins past their day; a count for handlers. Who owns
    one and does not keep it tells those who do."""
    if not may_read_mobilisation(actor):
        return
    cases = progress_of(approved_cases(actor))
    ours = Author.objects.filter(proposal__in=[each.proposal for each in cases], person=actor.person_id, left_at=None)
    kept, handles = kept_of(actor, [each.proposal for each in cases]), may_handle_proposals(actor)
    written = set(ours.values_list("proposal_id", flat=True))
    count = 0
    for case in cases:
        is_own = case.proposal.id in written
        late = case.late(today)
        mine = [each for each in late if is_own or each.owner_id == actor.person_id]
        yield from (_of(case.proposal, each, is_kept=case.proposal.id in kept) for each in mine)
        count += len(late) - len(mine)
        if is_own and case.proposal.id in kept and case.changed_on is None and case.is_quick_win_late(today):
            words = f"Record when the service of {case.proposal.code} changed: a quick win"
            yield Task(
                words, reverse("mobilisation:service", args=[case.proposal.code]), case.quick_due_on, is_late=True
            )
    if handles and count:
        yield Task(f"See {count_of(count, 'late milestone')} of approved cases", reverse("mobilisation:listing"))


def _of(proposal: Proposal, milestone: Milestone, *, is_kept: bool) -> Task:
    named = f"“{milestone.title}” of {proposal.code}, due {day(milestone.due_on)}"
    title = f"Finish or move {named}" if is_kept else f"Tell the authors how far it is with {named}"
    href = reverse("mobilisation:milestone", args=[proposal.code, milestone.number])
    return Task(title, href, milestone.due_on, is_late=True)
