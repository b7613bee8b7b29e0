"""What is looked at each minute: milestones whose day has passed, and quick wins that are not done by theirs."""

from __future__ import annotations

from datetime import datetime

from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.telling import authors_of, handlers_of, tell
from pbc_web.mobilisation.models import Milestone
from pbc_web.mobilisation.queries import progress_of
from pbc_web.shell.clock import day_of
from pbc_web.shell.words import day


def watch_milestones(now: datetime) -> None:
    """Tell owner, authors and handlers once of each day of a milestone that has passed; moved, it has a new day."""
    late = Milestone.objects.filter(
        state="open", due_on__lt=day_of(now), proposal__state="approved", proposal__kind="case"
    )
    for each in late.select_related("owner", "proposal__owner", "proposal__commissioner"):
        held = each.proposal
        tell(
            [each.owner, *authors_of(held), *handlers_of(held, now)], held, at=now, key=f"milestone-{each.id}-late-{each.due_on}",
            subject=f"{held.code}: {each.title} was due on {day(each.due_on)}",
            body=f"A milestone of {held.title} is late: {each.title}, due on {day(each.due_on)}. Mark it as done, or move it and say why.",
        )  # fmt: skip


def watch_quick_wins(now: datetime) -> None:
    """Tell authors and handlers once of a quick win that is not in service by its day."""
    cases = Proposal.everywhere.filter(kind="case", state="approved", is_quick_win=True)
    for each in progress_of(cases.select_related("owner", "commissioner")):
        if each.changed_on is None and each.is_quick_win_late(day_of(now)):
            held, due = each.proposal, day(each.quick_due_on)
            tell(
                [*authors_of(held), *handlers_of(held, now)], held, at=now, key="quick-win-late",
                subject=f"{held.code}: a quick win was to be done by {due}",
                body=f"{held.title} is a quick win, to be in service by {due}. Record the day its service changed once it has.",
            )  # fmt: skip
