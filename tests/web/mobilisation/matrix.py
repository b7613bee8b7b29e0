"""What the permission matrix opens of what follows an approval: an approved case of world A with one milestone. And how tests get one."""

from datetime import date, datetime
from typing import Any

from tests.web.business_cases.waiting import YES, handler_of, on_day, submitted

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions.deciding import decide_as_officer
from pbc_web.business_cases.models import Proposal
from pbc_web.mobilisation.actions import Planned, add_milestone
from pbc_web.mobilisation.models import Milestone

APPROVED = on_day(10)  # 11 June 2009
DUE = date(2009, 7, 1)


def approved(place: Any, **more: Any) -> Proposal:
    """A case that a delegated officer approved on 11 June 2009."""
    made = submitted(place, **more)
    decide_as_officer(made, YES, by=handler_of(place, made), at=APPROVED)
    return Proposal.everywhere.select_related("owner", "commissioner").get(id=made.id)


def author(place: Any) -> Actor:
    return place.actor("practice_manager")  # type: ignore[no-any-return]  # a fixture's own


def planned(place: Any, title: str = "Train the nurses", **more: Any) -> Planned:
    """A milestone of the practice nurse."""
    nurse = place.appointment("practice_nurse").person
    return Planned(**{"title": title, "owner": nurse, "due_on": DUE, **more})


def added(
    place: Any, case: Proposal, title: str = "Train the nurses", at: datetime = APPROVED, **more: Any
) -> Milestone:
    """A milestone that an author adds."""
    return add_milestone(case, planned(place, title, **more), by=author(place), at=at)


def mobilisation_objects(place: Any) -> dict[str, Any]:
    """An approved case with one milestone."""
    case = approved(place, title="Diabetes clinic")
    return {"approved_case": case, "milestone": added(place, case)}


OF_CASE = ("new", "service", "benefit", "choose")
MOBILISATION_ADDRESSES = {
    "mobilisation:listing_file": lambda made: {"form": "csv"},
    "mobilisation:times_file": lambda made: {"form": "csv"},
    "mobilisation:milestones_file": lambda made: {"code": made["approved_case"].code, "form": "csv"},
    **{f"mobilisation:{view}": lambda made: {"code": made["approved_case"].code} for view in OF_CASE},
    **{
        f"mobilisation:{view}": lambda made: {"code": made["approved_case"].code, "number": 1}
        for view in ("milestone", "change")
    },
    "mobilisation:compare": lambda made: {"code": made["approved_case"].code, "months": 3},
    "mobilisation:benefit_file": lambda made: {"code": made["approved_case"].code, "months": 0, "form": "csv"},
    "mobilisation:move": lambda made: {"code": made["approved_case"].code, "number": 1, "move": "drop"},
}
