"""A case of the demonstration carried out: approved some months ago, one milestone late with its reason, the service changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Person
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.actions import (
    Planned,
    add_milestone,
    change_milestone,
    move_milestone,
    record_service_change,
)
from pbc_web.mobilisation.queries import keeps
from pbc_web.shell.clock import day_of

ROOM = "Made up: the room is painted a week later than the landlord said."


def fill(at: datetime) -> None:
    """Milestones for the oldest approved case: one done, one late that was moved, one that waits; and its service changed."""
    keeper = somebody("commissioning_manager")
    case = next(iter(_approved(keeper)), None)
    if case is None:
        return
    since, today = case.decided_on, day_of(at)
    when = case.decision.at + timedelta(hours=2)
    owner, partner = Person.objects.get(id=case.submitted_by_id), Person.objects.get(id=keeper.person_id)
    told = {"by": keeper, "at": when}
    days = (today - since).days
    train = add_milestone(
        case, Planned("Train the nurses", owner, since + timedelta(days=max(days // 4, 1)), risk="medium"), **told
    )
    room_by = since + timedelta(days=max(days // 3, 1))
    room = Planned("Fit out the room", partner, room_by, risk="high", risk_words="Made up: the landlord is slow.")
    made = add_milestone(case, room, **told)
    review = Planned(
        "Ask the first patients how it was", owner, today + timedelta(days=30), depends_on=made, risk="low"
    )
    add_milestone(case, review, **told)
    move_milestone(
        train, "finish", reason="Made up: all four came.", version=1, by=keeper, at=when + timedelta(hours=1)
    )
    later = Planned(room.title, partner, room_by + timedelta(days=7), risk=room.risk, risk_words=room.risk_words)
    change_milestone(made, later, reason=ROOM, version=1, by=keeper, at=when + timedelta(hours=1))
    record_service_change(case, max(since, today - timedelta(days=max(days // 2, 1))), over=0, by=keeper, at=at)


def _approved(keeper: Actor) -> list[Proposal]:
    found = Proposal.everywhere.filter(
        kind="case", state="approved", commissioner=keeper.organisation, decided_on__isnull=False
    ).select_related("decision", "owner", "commissioner").order_by("decided_on", "id")  # fmt: skip
    return [each for each in found if keeps(keeper, each)]
