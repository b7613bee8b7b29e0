"""What is due next, what stands before a meeting, and how one was decided and why."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc.reports.view import Head, PageTable
from pbc_web.business_cases.deciding_parts import decision_shown
from pbc_web.business_cases.permissions import may_handle_proposals, may_read_proposals, may_take_part
from pbc_web.business_cases.queries.in_sight import outcomes_for, proposals_for
from pbc_web.business_cases.queries.library import owners_told
from pbc_web.business_cases.queries.meetings import agenda_for
from pbc_web.business_cases.queries.work import next_steps, waiting_for
from pbc_web.business_cases.shown import is_late, time_left
from pbc_web.business_cases.views.drafts import trail
from pbc_web.business_cases.views.library import library_trail
from pbc_web.panels.models import Meeting
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.words import count_of, day


@entitled(may_handle_proposals)
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What waits for a decision of one's own commissioner, late first, each with what to do next."""
    today = clock.today()
    found = waiting_for(request.actor)
    steps = next_steps(found, today)
    heads = tuple(Head(each) for each in ("Code", "Title", "From", "Route", "Decision due", "Time left", "Next"))
    rows = tuple(
        (
            each.code, each.title, each.owner.name, each.get_route_display(), day(each.due_on), time_left(each, today=today),
            steps[each.id],
        )
        for each in found
    )  # fmt: skip
    late = sum(is_late(each, today=today) for each in found)
    told = {
        "table": PageTable("due", "Due next", heads, rows), "trail": trail(), "count": count_of(len(found), "proposal"),
        "links": [reverse("business_cases:proposal", args=[each.code]) for each in found],
        "late": f"{late} late" if late else "none late", "found": found,
    }  # fmt: skip
    return render(request, "business_cases/due.html", told)


@entitled(may_read_proposals)
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """The list of what was decided is the library; its former address leads there."""
    return redirect("business_cases:library")


@entitled(may_read_proposals)
@require_safe
def outcome(request: HttpRequest, code: str) -> HttpResponse:
    """One outcome with its reasons, without the papers: whoever was kept away from those reads it too."""
    found = get_object_or_404(outcomes_for(request.actor).filter(decision__isnull=False), code=code)
    owner = owners_told(request.actor, [found])[found.id]
    told = {
        "proposal": found, "owner": owner, "part": decision_shown(request.actor, found), "trail": library_trail(),
        "sees_papers": proposals_for(request.actor).filter(id=found.id).exists(),
    }  # fmt: skip
    return render(request, "business_cases/outcome.html", told)


@entitled(may_take_part)
@require_safe
def agenda(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What stands before a meeting, of what one may see: one's own commissioner's, or of a panel one sits on."""
    meeting = get_object_or_404(Meeting.objects.select_related("panel__commissioner"), id=meeting_id)
    items = agenda_for(request.actor, meeting)
    if meeting.panel.commissioner_id != request.actor.organisation.id and not items:
        raise Http404
    heads = tuple(Head(each) for each in ("Code", "Title", "From", "Decision due", "State"))
    rows = tuple(
        (
            each.proposal.code, each.proposal.title, each.proposal.owner.name, day(each.proposal.due_on), each.proposal.get_state_display(),
        )
        for each in items
    )  # fmt: skip
    told = {
        "meeting": meeting, "table": PageTable("agenda", "Agenda", heads, rows), "trail": trail(), "items": items,
        "links": [reverse("business_cases:proposal", args=[each.proposal.code]) for each in items],
    }  # fmt: skip
    return render(request, "business_cases/agenda.html", told)
