"""A panel with a chair and two members, and proposals set before its meeting."""

from datetime import date
from typing import Any

from tests.web.business_cases.waiting import SUBMITTED, declared, handler_of, on_day, submitted
from tests.web.panels.matrix import keeper, panel_in, seated

from pbc_web.accounts.actor import Actor
from pbc_web.business_cases.actions import meetings
from pbc_web.business_cases.models import AgendaItem, Proposal
from pbc_web.panels.actions import PanelFacts, hold_meeting, plan_meetings, set_up_panel
from pbc_web.panels.models import Meeting, Panel

VOTING = ("non_executive", "committee_member", "board_member")
MEETS = date(2009, 6, 18)
PAPERS = date(2009, 6, 4)
ON = on_day((MEETS - SUBMITTED).days)


def sitting(place: Any, *, world: str = "A") -> Panel:
    """The panel of a world with three who vote, and one meeting ahead."""
    panel = panel_in(place, world=world)
    for role in VOTING:
        seated(place, panel, role, is_chair=role == "non_executive")
    plan_meetings(panel, [(MEETS, PAPERS)], by=keeper(place, world), at=on_day(-40))
    return panel


def neighbours(place: Any, panel: Panel) -> Panel:
    """The panel of world B, brought under the same region and named to stand in for that of world A."""
    place.organisations["ZPB"].upward.filter(relation="commissioner_region").update(parent=place["ZSHA"])
    other = sitting(place, world="B")
    facts = PanelFacts(panel.name, panel.quorum, panel.starts_on, alternate=other)
    set_up_panel(place["ZPA"], facts, by=keeper(place), at=on_day(-40))
    return other


def before_the_panel(place: Any, panel: Panel, **more: Any) -> tuple[AgendaItem, Actor]:
    """A proposal for the committee, on the agenda of the meeting."""
    waits = submitted(place, **({"route": "standard", "pence": 10_000_000} | more))
    handler = handler_of(place, waits)
    return meetings.put_on_agenda(waits, meeting=panel.meetings.get(), by=handler, at=on_day(1)), handler


def held(place: Any, meeting: Meeting, *roles: str, world: str = "A") -> None:
    """The meeting is held with some of its members there."""
    there = [place.actor(role, world=world).person_id for role in roles]
    hold_meeting(meeting, present=there, by=keeper(place, world), at=ON)


def voted(place: Any, item: AgendaItem, says: str = "approve", *roles: str, world: str = "A") -> None:
    """Each declares and votes."""
    for role in roles or VOTING:
        actor = place.actor(role, world=world)
        if not item.proposal.declarations.filter(person=actor.person_id).exists():
            declared(item.proposal, actor)
        meetings.vote(item, says=says, by=actor, at=ON)


def state_of(proposal: Proposal) -> str:
    return str(Proposal.everywhere.get(id=proposal.id).state)
