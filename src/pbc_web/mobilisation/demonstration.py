"""Cases of the demonstration carried out: one with a milestone late with its reason, one whose promise is held against fact."""

from __future__ import annotations

from datetime import datetime, timedelta

from pbc.periods import Month
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Person
from pbc_web.business_cases.actions import recusing
from pbc_web.business_cases.actions.deciding import Verdict, decide_as_officer
from pbc_web.business_cases.demonstration import submitted
from pbc_web.business_cases.demonstration_words import HEART
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.actions import (
    Planned,
    add_milestone,
    change_milestone,
    move_milestone,
    record_service_change,
)
from pbc_web.mobilisation.benefits import ask_comparators
from pbc_web.mobilisation.queries import keeps, practices_of
from pbc_web.shell.clock import day_of

APPROVED = "Made up: fewer first visits in hospital, and it pays for itself."
PROMISED = {
    "measure": {
        "title": "First outpatient attendances", "points_of_delivery": ["OPFA"], "counted_in": "contacts", "better": "lower",
    },
    "promise": {"contacts_a_year": 60, "pounds_a_year": 8_000, "phase_in_months": 3},
}  # fmt: skip
ROOM = "Made up: the room is painted a week later than the landlord said."


def fill(at: datetime) -> None:
    """Carry two approved cases out."""
    _carried_out(at)
    _held_to_its_promise(datetime(at.year - 1, 4, 1, 9, tzinfo=at.tzinfo))


def _held_to_its_promise(begins: datetime) -> None:
    """A case approved the winter before last: whom to compare with was chosen before its service changed, as the year began.

    Worker and clock do the rest by themselves, as anywhere: they choose, and compare once the months are published.
    """
    lead, officer = somebody("cluster_lead"), somebody("commissioning_manager")
    made = submitted("case", "First visits in the health centre", HEART, by=lead, at=begins - timedelta(days=79))
    recusing.declare(made, says="nothing", by=officer, at=begins - timedelta(days=60))
    decide_as_officer(made, Verdict("approved", APPROVED), by=officer, at=begins - timedelta(days=44))
    practices = [each.code for each in practices_of(made, on=day_of(begins))][:2]
    said = {"practices": practices, "starts": str(Month.of(day_of(begins))), **PROMISED}
    ask_comparators(made, said, by=officer, at=begins - timedelta(days=17))
    record_service_change(made, day_of(begins), over=0, by=officer, at=begins + timedelta(days=1))


def _carried_out(at: datetime) -> None:
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
