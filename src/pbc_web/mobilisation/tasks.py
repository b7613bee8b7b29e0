"""What waits for whoever keeps milestones or owns one, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.tasks import Task
from pbc_web.business_cases.models import Author
from pbc_web.business_cases.permissions import may_handle_proposals
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.permissions import may_read_mobilisation
from pbc_web.mobilisation.queries import approved_cases, progress_of
from pbc_web.shell.words import count_of, day


def tasks_of(actor: Actor, today: date) -> Iterator[Task]:
    """This yields each late milestone for its owner and the case's authors, and quick wins past their day; a count for handlers."""
    if not may_read_mobilisation(actor):
        return
    cases = progress_of(approved_cases(actor))
    ours = Author.objects.filter(proposal__in=[each.proposal for each in cases], person=actor.person_id, left_at=None)
    written, handles = set(ours.values_list("proposal_id", flat=True)), may_handle_proposals(actor)
    count = 0
    for case in cases:
        is_own = case.proposal.id in written
        late = case.late(today)
        mine = [each for each in late if is_own or each.owner_id == actor.person_id]
        yield from (_of(case.proposal.code, each) for each in mine)
        count += len(late) - len(mine)
        if is_own and case.changed_on is None and case.is_quick_win_late(today):
            words = f"Record when the service of {case.proposal.code} changed: a quick win"
            yield Task(
                words, reverse("mobilisation:service", args=[case.proposal.code]), case.quick_due_on, is_late=True
            )
    if handles and count:
        yield Task(f"See {count_of(count, 'late milestone')} of approved cases", reverse("mobilisation:listing"))


def _of(code: str, milestone: Milestone) -> Task:
    title = f"Finish or move “{milestone.title}” of {code}, due {day(milestone.due_on)}"
    return Task(title, reverse("mobilisation:milestone", args=[code, milestone.number]), milestone.due_on, is_late=True)
