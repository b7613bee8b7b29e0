"""Files of a workspace: what is in, uploading one, what its check found, deciding, taking in. `urls` says who opens what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.errors import RefusedInput
from pbc_web.audit.handing_out import hand_out
from pbc_web.deliveries import actions
from pbc_web.deliveries.forms import Decision, Sure, Upload
from pbc_web.deliveries.models import Delivery, Feed
from pbc_web.deliveries.money_shown import money_of
from pbc_web.deliveries.permissions import may_see_deliveries
from pbc_web.deliveries.queries import history_of, period_of, periods_for
from pbc_web.deliveries.sides import ANALYSIS, BOOKS, Side
from pbc_web.deliveries.states import ACCEPTED
from pbc_web.runs.delivery_readings import kind_of
from pbc_web.runs.invoice_key import invoice_key
from pbc_web.runs.models import Run
from pbc_web.runs.permissions import may_see_progress
from pbc_web.shell import clock
from pbc_web.shell.forms_sent import sent

COUNT_WORDS = {
    "nhs_number_missing": "Rows without a person", "nhs_number_invalid": "Rows whose person cannot be read",
    "restricted": "Rows of restricted kinds, kept without who and what", "doubted": "Rows accepted and doubted",
    "already_held": "Rows of records held already",
}  # fmt: skip


@require_safe
def overview(request: HttpRequest, *, side: Side) -> HttpResponse:
    """What is in, what is missing and what waits: the register, then months and years, newest first."""
    told = _told(request, side) | {
        "periods": periods_for(request.actor, side, today=clock.today()),
        "has_feeds": bool(_feeds(request, side)),
        "may_see_feeds": may_see_deliveries(request.actor),
        "other": next((each for each in (ANALYSIS, BOOKS) if each is not side and each.may_see(request.actor)), None),
        "key_fault": _key_fault() if side is BOOKS else None,
    }
    return render(request, "deliveries/overview.html", told)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, *, side: Side) -> HttpResponse:
    """Upload a file; its check begins at once."""
    today = clock.today()
    feeds = [each for each in _feeds(request, side) if each.holds_on(today)]
    form = Upload(
        request.POST or None, request.FILES or None, initial=request.GET.dict(), side=side, feeds=feeds, today=today
    )
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
            return redirect(side.address("delivery", made.id))
        except RefusedInput as refused:
            form.add_error("file", str(refused))
    told = _told(request, side) | {"form": form, "feeds": feeds, "may_see_feeds": may_see_deliveries(request.actor)}
    return render(request, "deliveries/upload.html", told)


@require_safe
def delivery(request: HttpRequest, delivery_id: int, *, side: Side) -> HttpResponse:
    """What the check found, row by row, and what was decided."""
    found = _delivery(request, side, delivery_id)
    told = _told(request, side) | {
        "delivery": found, "run": found.check_run, "history": history_of(request.actor, found),
        "may_follow": may_see_progress(request.actor),
        "period": period_of(request.actor, found.kind, found.period), "count_words": COUNT_WORDS,
        "money": money_of(found, with_before=side.may_decide(request.actor)),
    }  # fmt: skip
    return render(request, "deliveries/delivery.html", told)


@require_safe
def faults(request: HttpRequest, delivery_id: int, *, side: Side) -> HttpResponse:
    """Every fault the check found, as CSV."""
    found = _delivery(request, side, delivery_id)
    if not found.faults_path.exists():
        raise Http404
    return hand_out(request, found.faults_path.read_bytes(), name=f"faults-{found.place.replace('/', '-')}.csv")


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, delivery_id: int, *, side: Side) -> HttpResponse:
    """Accept a checked file for its place; one of unusual size is looked at once more and accepted on a page of its own."""
    held, form = _delivery(request, side, delivery_id), Sure(sent(request))
    if request.method == "GET" or (held.is_unusual and not form.is_valid()):
        return _asked(request, side, held, form, "deliveries/accept.html")
    found = actions.accept(held, by=request.actor, at=clock.now(), is_sure=held.is_unusual)
    messages.success(request, f"{found.feed.name} accepted. It counts once the period is taken in.")
    return redirect(side.address("delivery", delivery_id))


@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, delivery_id: int, *, side: Side) -> HttpResponse:
    """Reject a file, or withdraw an accepted one, saying why."""
    found, form = _delivery(request, side, delivery_id), Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reject(found, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        done = "withdrawn" if found.state == ACCEPTED else "rejected"
        messages.success(request, f"{found.feed.name} {done}. The file itself is not kept.")
        return redirect(side.address("delivery", delivery_id))
    return _asked(request, side, found, form, "deliveries/reject.html")


@require_POST
def take_in(request: HttpRequest, *, side: Side) -> HttpResponse:
    """Take in the accepted files of a period: the run's page shows how far it is."""
    kind, period = request.POST.get("kind", ""), request.POST.get("period", "")
    if kind not in side.kinds:
        raise Http404
    run: Run = actions.take_in(request.actor.organisation, kind, period, by=request.actor, at=clock.now())
    return redirect("runs:progress", run.id)


def _told(request: HttpRequest, side: Side) -> dict[str, Any]:
    actor = request.actor
    return {
        "side": side, "is_books": side is BOOKS, "may_send": side.may_send(actor), "may_decide": side.may_decide(actor),
        "trail": side.trail,
    }  # fmt: skip


def _asked(request: HttpRequest, side: Side, held: Delivery, form: Any, template: str) -> HttpResponse:
    told = {"form": form, "delivery": held, "side": side, "back": side.address("delivery", held.id)}
    return render(request, template, told)


def _feeds(request: HttpRequest, side: Side) -> list[Feed]:
    held = Feed.objects.visible_to(request.actor).select_related("commissioner", "provider")
    return [each for each in held if kind_of(each.layout) in side.kinds]


def _key_fault() -> RefusedInput | None:
    """Why records behind invoices could not be taken in here, where that is so."""
    try:
        invoice_key()
    except RefusedInput as fault:
        return fault
    return None


def _delivery(request: HttpRequest, side: Side, delivery_id: int) -> Any:
    held = (
        Delivery.objects.visible_to(request.actor)
        .of(side.kinds)
        .select_related("feed", "commissioner", "check_run", "uploaded_by", "decided_by", "replaced_by", "provider")
    )
    return get_object_or_404(held, id=delivery_id)
