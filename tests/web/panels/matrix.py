"""What the permission matrix opens of panels: the panel of world A, its chair, and a meeting still to come."""

from datetime import date
from typing import Any

from tests.web.conftest import AT, BEGAN

from pbc_web.panels.actions import PanelFacts, Seat, plan_meetings, seat_member, set_up_panel
from pbc_web.panels.models import Member, Panel

FACTS = PanelFacts("Panel A", 3, BEGAN)


def panel_in(place: Any, *, world: str = "A", facts: PanelFacts = FACTS) -> Panel:
    """The panel of a world, nobody on it yet."""
    return set_up_panel(place[f"ZP{world}"], facts, by=keeper(place, world), at=AT)


def keeper(place: Any, world: str = "A") -> Any:
    return place.actor("commissioning_manager", world=world)


def seated(place: Any, panel: Panel, role: str, *, starts_on: date = BEGAN, **how: bool) -> Member:
    """Somebody in a role takes a seat."""
    held = place.appointment(role, panel.commissioner)
    return seat_member(panel, held, Seat(starts_on, **how), by=keeper(place, panel.commissioner.code[-1]), at=AT)


def panel_objects(place: Any) -> dict[str, Any]:
    """A panel with its chair and one meeting."""
    panel = panel_in(place)
    member = seated(place, panel, "non_executive", is_chair=True)
    meeting = plan_meetings(panel, [(date(2009, 6, 18), date(2009, 6, 4))], by=keeper(place), at=AT)[0]
    return {"panel_member": member, "panel_meeting": meeting}


PANEL_ADDRESSES = {
    **{f"panels:{view}": lambda made: {"code": "ZPA"} for view in ("panel", "set_up", "seat", "plan")},
    "panels:panel_file": lambda made: {"code": "ZPA", "form": "csv"},
    "panels:end_seat": lambda made: {"code": "ZPA", "member_id": made["panel_member"].id},
    "panels:meeting": lambda made: {"code": "ZPA", "meeting_id": made["panel_meeting"].id},
    "panels:move_meeting": lambda made: {"code": "ZPA", "meeting_id": made["panel_meeting"].id, "move": "cancel"},
}
