"""What the permission matrix opens of reinvestment: a pot of a practice in world A, a draft to use it and one approved."""

from datetime import UTC, date, datetime
from typing import Any

from tests.web.business_cases.matrix import draft_of, write_all

from pbc_web.business_cases.actions import deciding, recusing
from pbc_web.business_cases.actions.deciding import Verdict
from pbc_web.business_cases.actions.submitting import seen_of, submit
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.reinvestment.actions.proposing import name_pot
from pbc_web.reinvestment.models import UseOfPot
from pbc_web.statements.actions.year_ends import Clock, Declaration, confirm_pot, declare_pot, release_pot
from pbc_web.statements.models import Pot

AT = datetime(2010, 5, 10, 9, 0, tzinfo=UTC)
CLOCK = Clock(date(2010, 6, 30), date(2010, 7, 28), date(2012, 3, 31))
YES = Verdict("approved", "It serves patients.")
SAID = {"use": "services", "recurrent": "once"}


def pot_of(
    place: Any, *, pence: int = 100_000, confirmed: int = 0, available: int = 0, unit: str = "ZA0001", year: str = "2008-09",
    clock: Clock = CLOCK, at: datetime = AT,
) -> Pot:  # fmt: skip
    """A pot of a practice, so far along."""
    finance, told = place.actor("finance_manager"), {"reason": "Agreed", "at": at}
    said = Declaration(year, pence, pence, 0, "Closing estimate")
    pot = declare_pot(place["ZPA"], place[unit], said, clock=clock, by=finance, at=at)
    if confirmed:
        confirm_pot(pot, amount_pence=confirmed, by=place.actor("board_member"), **told)
    if available:
        release_pot(pot, amount_pence=available, by=finance, **told)
    return Pot.everywhere.select_related("unit", "commissioner").get(id=pot.id)


def drafted(place: Any, pot: Pot, *, pence: int = 30_000, at: datetime = AT, **answers: Any) -> Proposal:
    """A use of a pot, written and not submitted."""
    by = place.actor("practice_manager")
    draft = draft_of(by, place["ZPA"], "use_of_pot", title="A scanner")
    name_pot(draft, pot, by=by, at=at)
    write_all(draft, by, at=at, **SAID | {"amount": pence} | answers)
    return draft


def sent_in(place: Any, pot: Pot, *, at: datetime = AT, **more: Any) -> Proposal:
    """A use of a pot that waits for a decision."""
    draft = drafted(place, pot, at=at, **more)
    return submit(draft, seen=seen_of(latest_of(draft)), by=place.actor("practice_manager"), at=at)


def decider(place: Any, proposal: Proposal) -> Any:
    """The commissioning manager, who has declared that there is nothing."""
    by = place.actor("commissioning_manager")
    recusing.declare(proposal, says="nothing", by=by, at=proposal.submitted_at)
    return by


def approved(place: Any, pot: Pot, *, at: datetime = AT, **more: Any) -> UseOfPot:
    """A use of a pot that is approved."""
    proposal = sent_in(place, pot, at=at, **more)
    deciding.decide_as_officer(proposal, YES, by=decider(place, proposal), at=at)
    return UseOfPot.everywhere.select_related("proposal", "pot__unit", "pot__commissioner").get(proposal=proposal)


def reinvestment_objects(place: Any) -> dict[str, Any]:
    """A pot with a draft and an approved use."""
    pot = pot_of(place, confirmed=80_000, available=60_000)
    return {"use_draft": drafted(place, pot), "use": approved(place, pot).proposal, "used_pot": pot}


REINVESTMENT_ADDRESSES = {
    "reinvestment:reinvestment_file": lambda made: {"form": "csv"},
    "reinvestment:begin": lambda made: {"pot_id": made["used_pot"].id},
    "reinvestment:carry": lambda made: {"pot_id": made["used_pot"].id},
    "reinvestment:choose": lambda made: {"code": made["use_draft"].code},
    "reinvestment:spend": lambda made: {"code": made["use"].code},
    "reinvestment:finish": lambda made: {"code": made["use"].code},
}
