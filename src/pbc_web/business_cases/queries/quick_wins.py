"""Quick wins counted: how many wait, how many are approved, and which of those are done in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.queries.clock import changes_of
from pbc_web.business_cases.queries.in_sight import proposals_for
from pbc_web.runs.case_readings import quick_win_of


@dataclass(frozen=True)
class QuickWins:
    """Counts of what somebody sees: waiting for a decision; approved and done in time, done late, not yet due, and late."""

    waiting: int = 0
    in_time: int = 0
    done_late: int = 0
    not_yet: int = 0
    late: int = 0

    @property
    def approved(self) -> int:
        """All that were approved."""
        return self.in_time + self.done_late + self.not_yet + self.late


def quick_wins_of(actor: Actor, *, today: date) -> QuickWins:
    """This returns the quick wins somebody sees, counted on a day. Done is the day the service changed."""
    found = proposals_for(actor).filter(is_quick_win=True, state__in=("submitted", "approved"))
    decided = dict(found.filter(decided_on__isnull=False).values_list("id", "decided_on"))
    changed = changes_of(decided)
    counts = {"waiting": found.filter(state="submitted").count(), "in_time": 0, "done_late": 0, "not_yet": 0, "late": 0}
    for proposal, on in decided.items():
        until, done = done_by(on), changed.get(proposal)
        counts[
            "in_time" if done and done <= until else "done_late" if done else "not_yet" if today <= until else "late"
        ] += 1
    return QuickWins(**counts)


def done_by(approved_on: date) -> date:
    """This returns the last day on which a quick win approved on a day is done in time."""
    return approved_on + timedelta(days=quick_win_of(approved_on)[0])
