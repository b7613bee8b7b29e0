"""Checking what a proposal says and submitting it; and what happens next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.business_cases.actions import submitting
from pbc_web.business_cases.actions.writing import require_writer
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.in_sight import is_author, proposal_for
from pbc_web.business_cases.queries.sections import latest_of
from pbc_web.business_cases.reading_parts import sections_said
from pbc_web.business_cases.routing import ROUTE_WORDS, way_of
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """All that it says, its route and why, and the day by which it would be decided; then submit."""
    found, actor = proposal_for(request.actor, code), request.actor
    if request.method == "POST":
        submitting.submit(found, seen=request.POST.get("seen", ""), by=actor, at=clock.now())
        return redirect("business_cases:submitted", code)
    if found.state == "submitted" and is_author(actor, found):
        return redirect("business_cases:submitted", code)
    require_writer(actor, found)
    latest, today = latest_of(found), clock.today()
    way = way_of(found, latest, on=today)
    told = {
        "proposal": found, "way": way, "sections": sections_said(found, latest, on=today), "seen": submitting.seen_of(latest),
        "clock": submitting.clock_if_submitted(found, today), "decider": ROUTE_WORDS[way.route.decided_by] if way.route else "",
        "today": today, "trail": trail_of(found),
    }  # fmt: skip
    return render(request, "business_cases/check.html", told)


@entitled(may_propose)
@require_safe
def submitted(request: HttpRequest, code: str) -> HttpResponse:
    """That it is submitted, its reference, and what happens next and when; a draft is not."""
    found = proposal_for(request.actor, code)
    if found.due_on is None:
        return redirect("business_cases:proposal", code)
    return render(request, "business_cases/submitted.html", {"proposal": found, "trail": trail_of(found)})
