"""Checking what a proposal says and submitting it; and what happens next."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions import submitting
from pbc_web.business_cases.actions.writing import require_writer
from pbc_web.business_cases.appraisal_part import appraised_words
from pbc_web.business_cases.forms.row_faults import faults_of_done
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.parts import notes_of
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.in_sight import is_author, proposal_for
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.reading_parts import sections_said
from pbc_web.business_cases.routing import ROUTE_WORDS, is_once_of, meeting_for, way_of
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.runs.case_readings import CaseRoute, MeetingFound, route_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.clock import day_of
from pbc_web.shell.faults import refused


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """All that it says, its route and why, and the day by which it would be decided; then submit."""
    found, actor = proposal_for(request.actor, code), request.actor
    if request.method == "POST":
        try:
            submitting.submit(found, seen=request.POST.get("seen", ""), by=actor, at=clock.now())
        except RefusedInput as fault:
            return refused(request, fault, back=(reverse("business_cases:proposal", args=[code]), code))
        return redirect("business_cases:submitted", code)
    if found.state == "submitted" and is_author(actor, found):
        return redirect("business_cases:submitted", code)
    require_writer(actor, found)
    latest, today = latest_of(found), clock.today()
    way = way_of(found, latest, on=today)
    starts = submitting.clock_if_submitted(found, today)
    told = {
        "proposal": found, "way": way, "sections": sections_said(found, latest, on=today), "seen": submitting.seen_of(latest),
        "clock": starts, "meeting": _meeting(found, way.route, submitted_on=today, due_on=starts.due_on), "words": ROUTE_WORDS,
        "today": today, "trail": trail_of(found), "notes": notes_of(found), "appraisal": appraised_words(found, latest),
        "unread": list(faults_of_done(found.kind, latest, on=today)),
    }  # fmt: skip
    return render(request, "business_cases/check.html", told)


@entitled(may_propose)
@require_safe
def submitted(request: HttpRequest, code: str) -> HttpResponse:
    """That it is submitted, its reference, and what happens next and when; a draft is not."""
    found = proposal_for(request.actor, code)
    if found.due_on is None or found.submitted_at is None or found.yearly_pence is None:
        return redirect("business_cases:proposal", code)
    on = day_of(found.submitted_at)
    is_once = is_once_of(found.kind, latest_of(found))
    route = route_of(found.yearly_pence, risks=found.risks, is_once=is_once, on=on)
    told = {
        "proposal": found, "trail": trail_of(found), "words": ROUTE_WORDS,
        "meeting": _meeting(found, route, submitted_on=on, due_on=found.due_on),
    }  # fmt: skip
    return render(request, "business_cases/submitted.html", told)


def _meeting(found: Proposal, route: CaseRoute | None, *, submitted_on: date, due_on: date) -> MeetingFound | None:
    """The last meeting in time, where a committee decides."""
    if route is None or route.decided_by != "committee":
        return None
    return meeting_for(found.commissioner, submitted_on=submitted_on, due_on=due_on)
