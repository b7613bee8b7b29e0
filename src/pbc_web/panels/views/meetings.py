"""Meetings: planned several at once, and each with what may be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.panels import actions, queries, shown
from pbc_web.panels.agendas import agendas_of
from pbc_web.panels.forms import AttendForm, CancelForm, MoveForm, PlanForm
from pbc_web.panels.models import Meeting
from pbc_web.panels.permissions import keeps, may_keep_panels, may_read_panels
from pbc_web.panels.states import MOVE_WORDS, MOVES
from pbc_web.panels.views.panels import shown_form, trail_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import count_of, day


@entitled(may_keep_panels)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Plan several meetings at once."""
    found = queries.kept_panel(request.actor, code)
    form = PlanForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = actions.plan_meetings(found, form.cleaned_data["meetings"], by=request.actor, at=clock.now())
        messages.success(request, f"{count_of(len(made), 'meeting')} planned.")
        return redirect("panels:panel", code)
    return shown_form(request, form, found.commissioner, "Plan meetings")


@entitled(may_read_panels)
@require_safe
def meeting(request: HttpRequest, code: str, meeting_id: int) -> HttpResponse:
    """A meeting: when, until when papers, who was there."""
    found, actor = queries.meeting_at(request.actor, code, meeting_id), request.actor
    is_keeper = keeps(actor, found.panel.commissioner_id)
    told = {
        "meeting": found, "state": shown.state_of(found), "agendas": agendas_of(actor, found),
        "attendances": list(found.attendances.select_related("person")),
        "moves": [
            (MOVE_WORDS[move], reverse("panels:move_meeting", args=[code, found.id, move]))
            for move in MOVES[found.state] if is_keeper and _is_time(found, move)
        ], "trail": trail_of(found.panel.commissioner),
    }  # fmt: skip
    return render(request, "panels/meeting.html", told)


def _is_time(found: Meeting, move: str) -> bool:
    return move != "hold" or found.meets_on <= clock.today()


@entitled(may_keep_panels)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, code: str, meeting_id: int, move: str) -> HttpResponse:
    """Move a meeting, cancel it, hold it after all, or say who was there."""
    found = queries.kept_meeting(request.actor, code, meeting_id)
    if move not in MOVES[found.state]:
        raise Http404
    form = _form(found, move, sent(request))
    if request.method == "POST" and form.is_valid():
        _do(found, move, form.cleaned_data, request)
        messages.success(request, f"It is done: {shown.state_of(found)}.")
        return redirect("panels:meeting", code, found.id)
    heading = f"{MOVE_WORDS[move]}: {day(found.meets_on)}"
    lead = " ".join(each.words for each in agendas_of(request.actor, found)) if move in ("move", "cancel") else ""
    return shown_form(request, form, found.panel.commissioner, heading, lead=lead)


def _form(found: Meeting, move: str, sent: Any) -> Form:
    if move == "move":
        return MoveForm(sent, meeting=found)
    if move == "cancel":
        return CancelForm(sent)
    if move == "undo":
        return Form(sent)
    was_there = found.attendances.filter(is_present=True).values_list("person_id", flat=True)
    return AttendForm(sent, members=queries.members_on(found.panel, found.meets_on), was_there=was_there)


def _do(found: Meeting, move: str, said: dict[str, Any], request: HttpRequest) -> None:
    who: dict[str, Any] = {"by": request.actor, "at": clock.now()}
    if move == "move":
        actions.move_meeting(found, **said, **who)
    elif move == "cancel":
        actions.cancel_meeting(found, **said, **who)
    elif move == "undo":
        actions.undo_cancelling(found, **who)
    else:
        actions.hold_meeting(found, present=[int(each) for each in said["present"]], **who)
