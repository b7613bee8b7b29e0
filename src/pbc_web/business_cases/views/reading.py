"""One proposal: a frame of parts, each of which says what it has for its reader."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pbc_web.business_cases.parts import parts_of
from pbc_web.business_cases.permissions import may_read_proposals
from pbc_web.business_cases.queries.in_sight import proposal_for
from pbc_web.business_cases.views.drafts import trail
from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(may_read_proposals)
@require_safe
@after_declaring
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    """A proposal as its reader may see it, whatever its state."""
    found = proposal_for(request.actor, code)
    told = {"proposal": found, "parts": parts_of(request.actor, found, clock.now()), "trail": trail()}
    return render(request, "business_cases/proposal.html", told)
