"""Files: what is in, uploading one, what its check found, deciding, taking in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc_web.audit.handing_out import hand_out
from pbc_web.deliveries import actions
from pbc_web.deliveries.forms import Decision, Sure, Upload
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.deliveries.permissions import may_deliver, may_see_deliveries
from pbc_web.deliveries.queries import history_of, period_of, periods_for
from pbc_web.runs.models import Run
from pbc_web.runs.permissions import may_follow_runs
from pbc_web.shell import clock
from pbc_web.shell.access import entitled

COUNT_WORDS = {
    "nhs_number_missing": "Rows without a person", "nhs_number_invalid": "Rows whose person cannot be read",
    "restricted": "Rows of restricted kinds, kept without who and what", "doubted": "Rows accepted and doubted",
    "already_held": "Rows of records held already",
}  # fmt: skip


@entitled(may_see_deliveries)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is in, what is missing and what waits: the register, then months and years, newest first."""
    told = {
        "periods": periods_for(request.actor, today=clock.today()),
        "may_deliver": may_deliver(request.actor),
        "has_feeds": Feed.objects.visible_to(request.actor).exists(),
    }
    return render(request, "deliveries/overview.html", told)


@entitled(may_deliver)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a file; its check begins at once."""
    today = clock.today()
    held = Feed.objects.visible_to(request.actor).select_related("commissioner")
    feeds = [each for each in held if each.holds_on(today)]
    form = Upload(request.POST or None, request.FILES or None, initial=request.GET.dict(), feeds=feeds, today=today)
    if request.method == "POST" and form.is_valid():
        sent, feed = form.cleaned_data["file"], form.cleaned_data["feed"]
        try:
            made = actions.upload(
                feed,
                period=form.cleaned_data["period"],
                name=sent.name,
                chunks=sent.chunks(),
                by=request.actor,
                at=clock.now(),
            )
            return redirect("deliveries:delivery", made.id)
        except RefusedInput as refused:
            form.add_error("file", str(refused))
    return render(request, "deliveries/upload.html", {"form": form, "trail": _trail(), "feeds": feeds})


@entitled(may_see_deliveries)
@require_safe
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """What the check found, row by row, and what was decided."""
    found = _delivery(request, delivery_id)
    told = {
        "delivery": found, "run": found.check_run, "history": history_of(request.actor, found),
        "may_deliver": may_deliver(request.actor), "may_follow": may_follow_runs(request.actor), "trail": _trail(),
        "period": period_of(request.actor, found.place.split("/")[0], found.period), "count_words": COUNT_WORDS,
    }  # fmt: skip
    return render(request, "deliveries/delivery.html", told)


@entitled(may_see_deliveries)
@require_safe
def faults(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Every fault the check found, as CSV."""
    found = _delivery(request, delivery_id)
    if not found.faults_path.exists():
        raise Http404
    return hand_out(request, found.faults_path.read_bytes(), name=f"faults-{found.place.replace('/', '-')}.csv")


@entitled(may_deliver)
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Accept a checked file for its place; one of unusual size is looked at once more and accepted on a page of its own."""
    held, form = _delivery(request, delivery_id), Sure(request.POST if request.method == "POST" else None)
    if request.method == "GET" or (held.is_unusual and not form.is_valid()):
        told = {"form": form, "delivery": held, "back": reverse("deliveries:delivery", args=[delivery_id])}
        return render(request, "deliveries/accept.html", told)
    found = actions.accept(held, by=request.actor, at=clock.now(), is_sure=held.is_unusual)
    messages.success(request, f"{found.feed.name} accepted. It counts once the period is taken in.")
    return redirect("deliveries:delivery", delivery_id)


@entitled(may_deliver)
@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Reject a file, saying why."""
    found, form = _delivery(request, delivery_id), Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reject(found, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        messages.success(request, f"{found.feed.name} rejected. The file itself is not kept.")
        return redirect("deliveries:delivery", delivery_id)
    return render(
        request,
        "deliveries/reject.html",
        {"form": form, "delivery": found, "back": reverse("deliveries:delivery", args=[delivery_id])},
    )


@entitled(may_deliver)
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in the accepted files of a period: the run's page shows how far it is."""
    kind, period = request.POST.get("kind", ""), request.POST.get("period", "")
    if kind not in ("register", "tariff", "need", "activity"):
        raise Http404
    run: Run = actions.take_in(request.actor.organisation, kind, period, by=request.actor, at=clock.now())
    return redirect("runs:progress", run.id)


def _delivery(request: HttpRequest, delivery_id: int) -> Any:
    held = Delivery.objects.visible_to(request.actor).select_related(
        "feed", "check_run", "uploaded_by", "decided_by", "replaced_by"
    )
    return get_object_or_404(held, id=delivery_id)


def _trail() -> list[dict[str, str]]:
    return [{"href": reverse("home"), "text": "Home"}, {"href": reverse("deliveries:overview"), "text": "Deliveries"}]
