"""The only writes: panels set up and changed, members seated and ended, meetings planned, moved, cancelled, held."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from pbc.errors import RefusedInput
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.roles import Duty, role_in
from pbc_web.audit.actions import record
from pbc_web.organisations.models import OPEN_END, Organisation
from pbc_web.panels.agendas import tell_of_change
from pbc_web.panels.models import Attendance, Meeting, Member, Panel
from pbc_web.panels.permissions import keeps
from pbc_web.panels.queries import least_quorum, may_sit, members_on, neighbours_of, panel_at
from pbc_web.panels.states import CHAIRS, MOVES
from pbc_web.shell.clock import day_of
from pbc_web.shell.moves import moved
from pbc_web.shell.words import day


@dataclass(frozen=True)
class PanelFacts:
    """What a panel is: its name, how many voting members make a quorum, who stands in, from when it decides."""

    name: str
    quorum: int
    starts_on: date
    alternate: Panel | None = None


@transaction.atomic
def set_up_panel(commissioner: Organisation, facts: PanelFacts, *, by: Actor, at: datetime) -> Panel:
    """Set up the panel of a commissioner, or change what it is."""
    _require_keeper(by, commissioner)
    on, held = day_of(at), panel_at(commissioner)
    least = least_quorum(commissioner, on)
    if facts.quorum < least:
        raise RefusedInput(
            "This is too few for a quorum.", found=str(facts.quorum), expected=f"{least} voting members or more"
        )
    if facts.alternate is not None and facts.alternate not in neighbours_of(commissioner, on):
        raise RefusedInput(
            "The alternate is the panel of a commissioner of the same region.", found=str(facts.alternate),
            remedy="Choose the panel of a neighbour.",
        )  # fmt: skip
    made = _saved(held or Panel(commissioner=commissioner), **vars(facts), refused="A panel was set up meanwhile.")
    told = {"panel": made.name, "commissioner": commissioner.code, "quorum": made.quorum}
    told["alternate"] = facts.alternate.commissioner.code if facts.alternate else "none"
    record(by=by, verb="change_panel" if held else "set_up_panel", about=("panel", made.id), at=at, told=told)
    return made


@dataclass(frozen=True)
class Seat:
    """How somebody sits on a panel: as its chair or not, with a vote or without, from when."""

    starts_on: date
    is_voting: bool = True
    is_chair: bool = False


@transaction.atomic
def seat_member(panel: Panel, appointment: Appointment, seat: Seat, *, by: Actor, at: datetime) -> Member:
    """Give somebody who works for the commissioner a seat: a vote to those whose role decides, the chair to a non-executive."""
    _require_keeper(by, panel.commissioner)
    if not may_sit(panel, seat.starts_on).filter(id=appointment.id).exists():
        raise RefusedInput(
            "This person has no role with the commissioner on that day, or has a seat.", found=str(appointment),
            expected=f"somebody of {panel.commissioner.name} without a seat",
        )  # fmt: skip
    if seat.is_voting and not appointment.role.may(Duty.DECIDE_PROPOSALS):
        raise RefusedInput(
            "This role does not decide proposals.", found=appointment.role.title, remedy="Seat them without a vote."
        )
    if seat.is_chair:
        _require_chair(panel, appointment, seat)
    made = _saved(
        Member(panel=panel, person=appointment.person, appointment=appointment, role_code=appointment.role_code),
        **vars(seat), refused="Somebody took this seat meanwhile.",
    )  # fmt: skip
    told = _told(panel) | {
        "person": str(appointment.person.number),
        "seat": _seat(made),
        "day": seat.starts_on.isoformat(),
    }
    record(by=by, verb="seat_panel_member", about=("panel", panel.id), at=at, told=told)
    return made


def _require_chair(panel: Panel, appointment: Appointment, seat: Seat) -> None:
    if appointment.role_code != CHAIRS or not seat.is_voting:
        chairs = role_in(CHAIRS, panel.commissioner.kind).title
        raise RefusedInput("The chair is a non-executive with a vote.", found=appointment.role.title, expected=chairs)
    if Member.objects.filter(panel=panel, is_chair=True, ends_before__gt=seat.starts_on).exists():
        raise RefusedInput(
            "A panel has one chair at a time.", where=panel.name, remedy="End the seat of the chair first."
        )


@transaction.atomic
def end_seat(member: Member, *, last_day: date, by: Actor, at: datetime) -> Member:
    """End somebody's seat with a day; ended with the day before it began, they never sat."""
    _require_keeper(by, member.panel.commissioner)
    ends_before = min(last_day, OPEN_END - timedelta(days=1)) + timedelta(days=1)
    if ends_before == OPEN_END or ends_before < member.starts_on:
        raise RefusedInput(
            "A seat ends after it begins, and before the end of time.",
            found=last_day.isoformat(),
            expected=f"{member.starts_on.isoformat()} or later",
        )
    if not Member.objects.filter(id=member.id, ends_before=OPEN_END).update(ends_before=ends_before):
        raise RefusedInput("This seat has ended.", remedy="Open the page again.")
    member.ends_before = ends_before
    told = _told(member.panel) | {"person": str(member.person.number), "day": last_day.isoformat()}
    record(by=by, verb="end_panel_seat", about=("panel", member.panel_id), at=at, told=told)
    return member


@transaction.atomic
def plan_meetings(panel: Panel, days: Iterable[tuple[date, date]], *, by: Actor, at: datetime) -> list[Meeting]:
    """Plan meetings, each with the last day on which papers are taken: all of them, or none where one is refused."""
    _require_keeper(by, panel.commissioner)
    return [_planned(panel, meets_on, papers_due_on, by=by, at=at) for meets_on, papers_due_on in days]


def _planned(panel: Panel, meets_on: date, papers_due_on: date, *, by: Actor, at: datetime) -> Meeting:
    _require_papers_before(meets_on, papers_due_on)
    made = _saved(
        Meeting(panel=panel), meets_on=meets_on, papers_due_on=papers_due_on, refused=_twice(meets_on)
    )  # fmt: skip
    told = _told(panel) | {"day": meets_on.isoformat(), "papers": papers_due_on.isoformat()}
    record(by=by, verb="plan_meeting", about=("meeting", made.id), at=at, told=told)
    return made


@transaction.atomic
def move_meeting(meeting: Meeting, *, meets_on: date, papers_due_on: date, by: Actor, at: datetime) -> Meeting:
    """Set a meeting on another day, or its papers; whom it concerns is told, once for a day."""
    _require_papers_before(meets_on, papers_due_on)
    before = meeting.meets_on
    if (before, meeting.papers_due_on) != (meets_on, papers_due_on):
        _tell(meeting, "move", f"is on {day(meets_on)} now, and takes papers until {day(papers_due_on)}", by=by, at=at)
    _change(meeting, "move", by=by, at=at, refused=_twice(meets_on), meets_on=meets_on, papers_due_on=papers_due_on)
    told = {"before": before.isoformat(), "day": meets_on.isoformat(), "papers": papers_due_on.isoformat()}
    return _recorded(meeting, "move", by=by, at=at, **told)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor, at: datetime) -> Meeting:
    """Cancel a meeting and say why; whom it concerns is told."""
    _tell(meeting, "cancel", f"is cancelled: {reason}", by=by, at=at)
    _change(meeting, "cancel", by=by, at=at, reason=reason)
    return _recorded(meeting, "cancel", by=by, at=at, day=meeting.meets_on.isoformat())


@transaction.atomic
def undo_cancelling(meeting: Meeting, *, by: Actor, at: datetime) -> Meeting:
    """Hold a cancelled meeting after all, unless another was planned for its day; whom it concerns is told."""
    _tell(meeting, "undo", "is held after all", by=by, at=at)
    _change(meeting, "undo", by=by, at=at, refused=_twice(meeting.meets_on), reason="")
    return _recorded(meeting, "undo", by=by, at=at, day=meeting.meets_on.isoformat())


@transaction.atomic
def hold_meeting(meeting: Meeting, *, present: Collection[int], by: Actor, at: datetime) -> Meeting:
    """Say who was at a meeting, by their persons' ids, on its day or after; said again, it corrects what was said."""
    if meeting.meets_on > day_of(at):
        raise RefusedInput(
            "This meeting is still to come.",
            found=meeting.meets_on.isoformat(),
            expected="a meeting of today or before",
        )
    move = "correct" if meeting.state == "held" else "hold"
    _change(meeting, move, by=by, at=at)
    seated = list(members_on(meeting.panel, meeting.meets_on))
    if not set(present) <= {each.person_id for each in seated}:
        raise RefusedInput("Only who sat on the panel on the day of the meeting can have attended it.")
    for each in seated:
        Attendance.objects.update_or_create(
            meeting=meeting, person=each.person,
            defaults={"is_voting": each.is_voting, "is_chair": each.is_chair, "is_present": each.person_id in present},
        )  # fmt: skip
    return _recorded(meeting, move, by=by, at=at, day=meeting.meets_on.isoformat(), count=len(set(present)))


def _change(meeting: Meeting, move: str, *, by: Actor, at: datetime, refused: str = "", **columns: Any) -> None:
    """Move a meeting on from the state it was read in; refused where somebody else moved it meanwhile."""
    _require_keeper(by, meeting.panel.commissioner)
    columns |= {"state": moved(MOVES, meeting.state, move, what="meeting")}
    as_read = {"id": meeting.id, "state": meeting.state, "meets_on": meeting.meets_on}
    try:
        with transaction.atomic():
            is_changed = Meeting.objects.filter(**as_read).update(**columns)
    except IntegrityError as refusal:
        raise RefusedInput(refused, remedy="Choose another day.") from refusal
    if not is_changed:
        raise RefusedInput("Somebody else changed this meeting meanwhile.", remedy="Open the page again.")
    for name, value in columns.items():
        setattr(meeting, name, value)


def _tell(meeting: Meeting, move: str, becomes: str, *, by: Actor, at: datetime) -> None:
    """Ask whoever knows what stands before a meeting, before it changes: what is locked there is locked before the meeting is."""
    _require_keeper(by, meeting.panel.commissioner)
    tell_of_change(meeting, move, becomes, at=at)


def _recorded(meeting: Meeting, move: str, *, by: Actor, at: datetime, **told: Any) -> Meeting:
    record(by=by, verb=f"{move}_meeting", about=("meeting", meeting.id), at=at, told=_told(meeting.panel) | told)
    return meeting


def _saved(row: Any, *, refused: str, **columns: Any) -> Any:
    for name, value in columns.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refusal:
        raise RefusedInput(refused, remedy="Open the page again and see what stands.") from refusal
    return row


def _require_keeper(by: Actor, commissioner: Organisation) -> None:
    if not keeps(by, commissioner.id):
        raise RefusedInput(
            "A panel is kept by its commissioner's own.", where=commissioner.name, expected="who handles its proposals"
        )


def _require_papers_before(meets_on: date, papers_due_on: date) -> None:
    if papers_due_on > meets_on:
        raise RefusedInput(
            "Papers are due after the meeting.",
            found=papers_due_on.isoformat(),
            expected=f"{meets_on.isoformat()} or before",
        )


def _twice(meets_on: date) -> str:
    return f"A meeting stands on {meets_on.isoformat()} already."


def _seat(member: Member) -> str:
    return "chair" if member.is_chair else "voting member" if member.is_voting else "member without a vote"


def _told(panel: Panel) -> dict[str, Any]:
    return {"panel": panel.name, "commissioner": panel.commissioner.code}
