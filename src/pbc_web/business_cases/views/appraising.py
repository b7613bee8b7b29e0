"""Having a case appraised, and how a number of its appraisal came about."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pbc.errors import RefusedInput
from pbc_web.business_cases.actions.appraising import ask_appraisal
from pbc_web.business_cases.appraisal_part import door_of
from pbc_web.business_cases.permissions import may_propose, may_read_proposals
from pbc_web.business_cases.queries.appraisals import last_done
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.views.drafts import trail_of
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.runs.explaining import explained_at, told_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.faults import refused


@entitled(may_propose)
@require_POST
def appraise(request: HttpRequest, code: str) -> HttpResponse:
    """Have the rows as they stand appraised."""
    found = proposal_for(request.actor, code)
    page = reverse("business_cases:proposal", args=[code])
    try:
        ask_appraisal(found, by=request.actor, at=clock.now())
    except RefusedInput as fault:
        return refused(request, fault, back=(page, code))
    messages.success(request, "It is being appraised. Open this page again in a minute.")
    return redirect(f"{page}#appraisal")


@entitled(may_read_proposals)
@require_safe
@after_declaring
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One number of the appraisal: its parts, prices and rules."""
    found = proposal_for(request.actor, code)
    done = last_done(found)
    if done is None or not request.GET.get("id"):
        raise Http404
    explained = explained_at(door_of(request.actor, done), request.GET["id"])
    here = reverse("business_cases:figure", args=[code])
    return render(request, "runs/figure.html", told_of(explained, here=here) | {"trail": trail_of(found)})
