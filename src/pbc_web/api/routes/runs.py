"""Work of the engine: what was asked for, how far it is, and asking for more."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Query, Router

from pbc.errors import RefusedInput
from pbc.periods import Month
from pbc_web.api.refusals import REFUSALS
from pbc_web.api.shapes import RunAsked, RunOut, RunPage
from pbc_web.runs.actions import ask
from pbc_web.runs.journeys import JOURNEYS
from pbc_web.runs.permissions import may_follow_runs, may_steer
from pbc_web.runs.queries import runs_seen_by
from pbc_web.shell import clock

router = Router(tags=["runs"])
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="how many to pass over")]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]


def _seen(request: HttpRequest) -> Any:
    if not may_follow_runs(request.actor):
        raise PermissionDenied
    return runs_seen_by(request.actor)


@router.get("/", response={200: RunPage, **REFUSALS}, operation_id="list_runs")
def list_runs(request: HttpRequest, offset: Offset = 0, limit: Limit = 50) -> Any:
    """Runs in reach, newest first, a page at a time."""
    found = _seen(request)
    return {"count": found.count(), "items": list(found[offset : offset + limit])}


@router.get("/{run_id}", response={200: RunOut, **REFUSALS}, operation_id="show_run")
def show_run(request: HttpRequest, run_id: int) -> Any:
    """One run."""
    found = _seen(request).filter(id=run_id).first() if 0 <= run_id < 2**63 else None
    if found is None:
        raise Http404
    return found


@router.post("/", response={200: RunOut, **REFUSALS}, operation_id="ask_for_run")
def ask_for_run(request: HttpRequest, asked: RunAsked) -> Any:
    """Ask for work, with a token that may. The same key again gives the run of the first time."""
    if not request.auth.may_write or not may_steer(request.actor, JOURNEYS[asked.kind].duties):
        raise PermissionDenied
    parameters = {"month": str(Month.parse(asked.month))} if asked.kind == "state_month" else {}
    if asked.month and not parameters:
        raise RefusedInput("This work is of no month.", where="month", found=asked.month, expected="nothing")
    organisation = request.actor.organisation
    key = f"api-{organisation.code}-{asked.kind}-{asked.key}"
    return ask(asked.kind, parameters=parameters, organisation=organisation, by=request.actor, at=clock.now(), key=key)
