"""Reading panels: whose, who sits on one on a day, when it meets, and whether its meetings keep the eight weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.http import Http404

from pbc.reports.decision_calendar import CalendarMaterial
from pbc.tables import DECISION_MEETINGS
from pbc_web.accounts.actor import Actor
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.queries import appointments_on
from pbc_web.budgets.rules import policy_of, regime_of
from pbc_web.organisations.kinds import COMMISSIONERS, WATCHED_BY
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.queries import commissioners_below, parents_of
from pbc_web.panels.models import Meeting, Member, Panel
from pbc_web.panels.permissions import keeps
from pbc_web.runs.case_readings import calendar_of

AHEAD_DAYS = 365  # how far a calendar is judged


@dataclass(frozen=True)
class Quorum:
    """Who was at a meeting: voting members there and needed, and whether the chair was."""

    present: int
    needed: int
    has_chair: bool

    @property
    def is_met(self) -> bool:
        """Whether it could decide."""
        return self.has_chair and self.present >= self.needed


def commissioners_for(actor: Actor) -> list[Organisation]:
    """The commissioners whose panels somebody reads: their own, or those that answer to their region."""
    return list(Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either))


def commissioner_at(actor: Actor, code: str) -> Organisation:
    """A commissioner in sight by its code, or not found."""
    found = Organisation.objects.filter(kind__in=COMMISSIONERS, id__in=actor.reach.either, code=code).first()
    if found is None:
        raise Http404
    return found


def kept_at(actor: Actor, code: str) -> Organisation:
    """A commissioner whose panel somebody keeps, or not found."""
    found = commissioner_at(actor, code)
    if not keeps(actor, found.id):
        raise Http404
    return found


def panel_of(commissioner: Organisation, on: date) -> Panel | None:
    """The panel that decides a commissioner's proposals on a day; None before there is one."""
    return _panels().filter(commissioner=commissioner, starts_on__lte=on).first()


def panel_at(commissioner: Organisation) -> Panel | None:
    """A commissioner's panel, though it begin later."""
    return _panels().filter(commissioner=commissioner).first()


def _panels() -> QuerySet[Panel]:
    return Panel.everywhere.select_related("commissioner", "alternate__commissioner")


def kept_panel(actor: Actor, code: str) -> Panel:
    """The panel that somebody keeps, or not found."""
    found = panel_at(kept_at(actor, code))
    if found is None:
        raise Http404
    return found


def kept_member(actor: Actor, code: str, member_id: int) -> Member:
    """Somebody who sits on a panel that the actor keeps, or not found."""
    found = Member.objects.filter(id=member_id, panel=kept_panel(actor, code)).select_related("person", "panel")
    return _or_not_found(found)


def meeting_at(actor: Actor, code: str, meeting_id: int) -> Meeting:
    """A meeting of a panel in sight, or not found."""
    found = Meeting.objects.filter(id=meeting_id, panel__commissioner=commissioner_at(actor, code))
    return _or_not_found(found.select_related("panel__commissioner"))


def kept_meeting(actor: Actor, code: str, meeting_id: int) -> Meeting:
    """A meeting of a panel that the actor keeps, or not found."""
    kept_panel(actor, code)
    return meeting_at(actor, code, meeting_id)


def _or_not_found(found: Iterable[Any]) -> Any:
    for each in found:
        return each
    raise Http404


def seats_on(day: date) -> QuerySet[Member]:
    """Every seat held on a day, on whichever panel: those of people whose appointment holds too."""
    return Member.objects.filter(
        starts_on__lte=day, ends_before__gt=day, person__is_active=True, appointment__starts_on__lte=day, appointment__ends_before__gt=day
    )  # fmt: skip


def members_on(panel: Panel, day: date) -> QuerySet[Member]:
    """Who sits on a panel on a day, the chair first: those whose appointment holds too."""
    return seats_on(day).filter(panel=panel).select_related("person", "appointment__organisation")


def chair_of(panel: Panel, day: date) -> Member | None:
    """Who chairs a panel on a day; None where nobody does."""
    return members_on(panel, day).filter(is_chair=True).first()


def members_ever(panel: Panel) -> QuerySet[Member]:
    """Everybody who sits or sat on a panel."""
    return Member.objects.filter(panel=panel).select_related("person", "appointment__organisation")


def may_sit(panel: Panel, day: date) -> QuerySet[Appointment]:
    """The appointments with a panel's commissioner of people who have no seat on it yet."""
    seated = Member.objects.filter(panel=panel, ends_before__gt=day).values("person_id")
    held = appointments_on(day).filter(organisation=panel.commissioner, covers=None).exclude(person__in=seated)
    return held.order_by("person__name", "id")


def neighbours_of(commissioner: Organisation, day: date) -> QuerySet[Panel]:
    """The panels of the other commissioners of the same region, any of which may stand in."""
    regions = parents_of(commissioner, on=day, relations=WATCHED_BY)
    ids = {each.id for region in regions for each in commissioners_below(region, on=day)} - {commissioner.id}
    return _panels().filter(commissioner__in=ids)


def next_meetings(panel: Panel, today: date) -> QuerySet[Meeting]:
    """The meetings planned from a day on, soonest first."""
    return Meeting.objects.filter(panel=panel, state="planned", meets_on__gte=today)


def meetings_between(panel: Panel, first: date, last: date) -> QuerySet[Meeting]:
    """All meetings of some days, cancelled ones too, by day."""
    return Meeting.objects.filter(panel=panel, meets_on__range=(first, last)).prefetch_related("attendances")


def unrecorded(panel: Panel, today: date) -> QuerySet[Meeting]:
    """The meetings that were planned before a day, of which nobody said who attended."""
    return Meeting.objects.filter(panel=panel, state="planned", meets_on__lt=today)


def meetings_of(commissioner: Organisation) -> pl.DataFrame:
    """A commissioner's meetings, held and planned, as DECISION_MEETINGS: what `case_readings.last_meeting_of` asks for."""
    found = Meeting.objects.filter(panel__commissioner=commissioner).exclude(state="cancelled")
    days = found.values_list("meets_on", "papers_due_on")
    named = ({"commissioner_code": commissioner.code, "meets_on": on, "papers_due_on": by} for on, by in days)
    return DECISION_MEETINGS.from_rows(list(named))


def calendar_ahead(commissioner: Organisation, today: date) -> CalendarMaterial | None:
    """A year of days of submission from today, each with the last meeting in time; None where no meeting was ever planned."""
    meetings = meetings_of(commissioner)
    if meetings.is_empty():
        return None
    return calendar_of(meetings, starts_on=today, ends_on=today + timedelta(days=AHEAD_DAYS - 1))


def quorum_of(meeting: Meeting) -> Quorum:
    """Who was at a meeting that was held, against what its panel needs."""
    there = [each for each in meeting.attendances.all() if each.is_present]
    return Quorum(sum(each.is_voting for each in there), meeting.panel.quorum, any(each.is_chair for each in there))


def least_quorum(commissioner: Organisation, on: date) -> int:
    """The fewest voting members that may be a quorum, by the rules of the commissioner's regime."""
    return policy_of(regime_of(commissioner)).whole("business_cases.least_quorum_members", on=on)
