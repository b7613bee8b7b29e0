"""Runs as pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.organisations.permissions import may_keep_register
from pbc_web.runs.actions import ask, cancel, retry
from pbc_web.runs.forms import HierarchiesForm
from pbc_web.runs.journeys import JOURNEYS
from pbc_web.runs.models import Run
from pbc_web.runs.permissions import may_follow_runs, may_see_progress, may_steer
from pbc_web.runs.published import published_folder
from pbc_web.runs.queries import SILENT, is_worker_silent, runs_before, runs_seen_by
from pbc_web.runs.states import QUEUED
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

PAGE = 50


@entitled(may_follow_runs)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What was asked for, newest first: the history."""
    page = Paginator(runs_seen_by(request.actor), PAGE).get_page(request.GET.get("page"))
    return render(request, "runs/listing.html", {"page": page})


@entitled(may_see_progress)
@require_safe
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far a run is, or what came of it; a program is told the same as JSON."""
    run = _run(request, run_id)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"share_done": run.progress, "message": message_of(run), "is_over": run.is_over})
    duties = JOURNEYS[run.kind].duties if run.kind in JOURNEYS else frozenset()
    may_change = run.kind in JOURNEYS and may_steer(request.actor, duties)
    told = {"run": run, "told": message_of(run), "may_change": may_change, "may_repeat": may_change and bool(duties)}
    return render(request, "runs/progress.html", told)


@entitled(may_follow_runs)
@require_POST
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run."""
    cancel(_run(request, run_id), by=request.actor, at=clock.now())
    return redirect("runs:progress", run_id)


@entitled(may_follow_runs)
@require_POST
def again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have a run done again."""
    retry(_run(request, run_id), by=request.actor, at=clock.now())
    return redirect("runs:progress", run_id)


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def read_hierarchies(request: HttpRequest) -> HttpResponse:
    """Have the published files of organisations read: all of England, or what belongs to some codes."""
    form = HierarchiesForm(sent(request))
    if request.method == "POST" and form.is_valid():
        codes = form.cleaned_data["commissioners"]
        asked = {"commissioners": codes, "what": ", ".join(codes) or "England"}
        run = ask(
            "read_hierarchies",
            parameters=asked,
            organisation=request.actor.organisation,
            by=request.actor,
            at=clock.now(),
        )
        return redirect("runs:progress", run.id)
    told = {"form": form, "is_here": published_folder() is not None}
    return render(request, "runs/read_hierarchies.html", told, status=400 if form.errors else 200)


def message_of(run: Run) -> str:
    """This returns one sentence of how far a run is."""
    if run.state != QUEUED:
        return run.message if not run.is_over else run.get_state_display()
    if is_worker_silent(run, at=clock.now()):
        return f"Waiting, and nothing has been at work for {SILENT.seconds // 60} minutes: tell your administrator"
    ahead = runs_before(run)
    return f"Waiting for {ahead} before it" if ahead else "Waiting to begin"


def _run(request: HttpRequest, run_id: int) -> Any:
    return get_object_or_404(runs_seen_by(request.actor), id=run_id)
