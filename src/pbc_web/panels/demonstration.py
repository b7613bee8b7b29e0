"""The panel of the demonstration: a non-executive in the chair, a meeting a month but for one summer month that leaves a gap."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.demonstration import somebody
from pbc_web.accounts.models import Appointment
from pbc_web.panels.actions import PanelFacts, Seat, hold_meeting, plan_meetings, seat_member, set_up_panel
from pbc_web.panels.models import Panel
from pbc_web.panels.queries import members_on
from pbc_web.shell.clock import day_of

SEATS = {
    "non_executive": {"is_chair": True}, "committee_member": {}, "board_member": {},
    "lmc_representative": {"is_voting": False}, "patient_representative": {"is_voting": False},
}  # fmt: skip
NAME = "Practice based commissioning panel"
EVERY, PAPERS, LEFT_OUT = (
    timedelta(days=28),
    timedelta(days=14),
    (3, 4),
)  # of the meetings to come, these are not planned


def fill(at: datetime) -> None:
    """Set the panel up, seat it, plan a year's meetings and say who was at the last one."""
    keeper, since = somebody("commissioning_manager"), day_of(at) - timedelta(days=90)
    panel = set_up_panel(keeper.organisation, PanelFacts(NAME, 3, since), by=keeper, at=at)
    for role, how in SEATS.items():
        seat_member(panel, _appointment(role), Seat(since, **how), by=keeper, at=at)
    first = day_of(at) - timedelta(days=14)
    days = [first + EVERY * number for number in range(13) if number not in LEFT_OUT]
    _plan(panel, days, keeper, at)


def _plan(panel: Panel, days: list[date], keeper: Actor, at: datetime) -> None:
    made = plan_meetings(panel, [(each, each - PAPERS) for each in days], by=keeper, at=at)
    there = [each.person_id for each in members_on(panel, made[0].meets_on)]
    hold_meeting(made[0], present=there[:-1], by=keeper, at=at)


def _appointment(role: str) -> Appointment:
    return Appointment.objects.get(id=somebody(role).appointment_id)
