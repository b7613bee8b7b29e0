"""Decided proposals in the library, and what tests open of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from tests.web.business_cases.matrix import write_all
from tests.web.business_cases.waiting import NO, SUBMITTED, YES, at, declared, on_day, submitted

from pbc.periods import FinancialYear
from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions import deciding
from pbc_web.business_cases.actions.intentions import Intended, write_intention
from pbc_web.business_cases.actions.library import Opened, set_opening, show_to_anyone
from pbc_web.business_cases.models import ClockEvent, Proposal

WHOLE = Opened(is_open=True, sections=("need", "proposal"), is_agreed=True)


def decided(
    place: Any, outcome: str = "approved", *, owner: Actor | None = None, on: date = SUBMITTED, day: int = 10, answers: Any = None,
    **more: Any,
) -> Proposal:  # fmt: skip
    """A light case, or another kind, of a practice of world A that was decided some days after it was submitted."""
    waits = submitted(place, owner=owner, on=on, **more)
    author = owner or place.actor("practice_manager")
    Proposal.everywhere.filter(id=waits.id).update(
        state="draft", submitted_at=None, first_submitted_on=None, due_on=None
    )
    write_all(Proposal.everywhere.get(id=waits.id), author, at(on), **(answers or {}))
    waits.save()
    handler = place.actor("commissioning_manager")
    declared(waits, handler)
    verdict = replace(YES if outcome == "approved" else NO, reasons=f"Reasons for {waits.title}.")
    deciding.decide_as_officer(waits, verdict, by=handler, at=on_day(day, on))
    return Proposal.everywhere.get(id=waits.id)


def service_changed(proposal: Proposal, day: date) -> None:
    ClockEvent.objects.create(proposal=proposal, event="service_changed", happened_on=day, at=at(day))


def opened(
    place: Any, proposal: Proposal, what: Opened = WHOLE, *, by: Actor | None = None, is_public: bool = False
) -> Proposal:
    """Its author opens a proposal; shown to anyone where asked."""
    set_opening(proposal, what, by=by or place.actor("practice_manager"), at=on_day(20))
    if is_public:
        show_to_anyone(proposal, by=place.actor("commissioning_manager"), at=on_day(21))
    return Proposal.everywhere.get(id=proposal.id)


def lines(*words: str) -> dict[str, Any]:
    """Answers of a plan with these lines, of £120 each."""
    return {"lines": [{"line": each, "pounds": "120", "why": ""} for each in words]}


THIS_YEAR = FinancialYear.of(date.today())  # noqa: DTZ011 pages of plans open for years around today


def library_objects(place: Any) -> dict[str, Any]:
    """A case of the practice manager that was decided: its outcome is found in its own world, its papers by few; a plan of theirs,
    approved and not yet answered, and an intention."""
    plan = decided(place, kind="plan", title="A plan that was approved", answers=lines("Feet"))
    Proposal.everywhere.filter(id=plan.id).update(financial_year=THIS_YEAR.slug)
    handler = place.actor("commissioning_manager")
    made = write_intention(place["ZPA"], THIS_YEAR, Intended("Better feet"), [], by=handler, at=on_day(30))
    return {"decided": decided(place, title="A case that was decided"), "approved_plan": plan, "intention": made}


OF_YEAR = {"code": "ZPA", "year": THIS_YEAR.slug}


LIBRARY_ADDRESSES = {
    "business_cases:library_file": lambda made: {"form": "csv"},
    **{
        f"business_cases:{view}": lambda made: {"code": made["decided"].code}
        for view in ("library_entry", "start_from", "opening", "publish")
    },
    **{f"business_cases:{view}": lambda made: OF_YEAR for view in ("year_plan", "write_intention", "year_calendar")},
    "business_cases:year_plan_file": lambda made: OF_YEAR | {"form": "csv"},
    "business_cases:tick_step": lambda made: OF_YEAR | {"step": "contracts_signed"},
    "business_cases:answer_line": lambda made: OF_YEAR | {"proposal": made["approved_plan"].code, "line": "money-0"},
    "business_cases:change_intention": lambda made: OF_YEAR | {"intention_id": made["intention"].id},
    "business_cases:move_intention": lambda made: OF_YEAR | {"intention_id": made["intention"].id, "move": "drop"},
    "business_cases:public_decisions": lambda made: {"code": "ZPA"},
    "business_cases:public_file": lambda made: {"code": "ZPA", "name": "decisions"},
}
