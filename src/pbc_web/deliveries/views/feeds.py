"""The register of feeds: what comes, from whom, what for, by which right, until when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.audit.queries import entries_about
from pbc_web.deliveries import actions
from pbc_web.deliveries.forms import Ending, FeedEntry, Renewal
from pbc_web.deliveries.models import Feed
from pbc_web.deliveries.permissions import may_keep_feeds, may_see_deliveries
from pbc_web.runs.delivery_readings import known_layouts
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(may_see_deliveries)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every feed of the commissioner, and whether its right holds."""
    today = clock.today()
    rows = [(each, each.holds_on(today)) for each in Feed.objects.visible_to(request.actor)]
    told = {"rows": rows, "layouts": known_layouts(), "may_keep": may_keep_feeds(request.actor), "trail": _trail()}
    return render(request, "deliveries/feeds.html", told)


@entitled(may_keep_feeds)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a feed."""
    form = FeedEntry(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.register_feed(request.actor.organisation, by=request.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"{made.name} is in the register.")
        return redirect("deliveries:feed", made.id)
    return render(request, "deliveries/new_feed.html", {"form": form, "trail": _trail()})


@entitled(may_see_deliveries)
@require_safe
def feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """One entry with its history."""
    found = _feed(request, feed_id)
    told = {
        "feed": found, "holds": found.holds_on(clock.today()), "layouts": known_layouts(), "trail": _trail(),
        "may_keep": may_keep_feeds(request.actor) and not found.ended_on, "changes": entries_about("feed", found.id).count(),
    }  # fmt: skip
    return render(request, "deliveries/feed.html", told)


@entitled(may_keep_feeds)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Renew a right until a later day."""
    found = _feed(request, feed_id)
    form = Renewal(request.POST or None, initial={"legal_basis": found.legal_basis})
    if request.method == "POST" and form.is_valid():
        actions.renew_feed(found, by=request.actor, at=clock.now(), **form.cleaned_data)
        return redirect("deliveries:feed", feed_id)
    return _asked(request, found, form, "Renew the right to use", "Renew")


@entitled(may_keep_feeds)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, feed_id: int) -> HttpResponse:
    """End a feed."""
    found, form = _feed(request, feed_id), Ending(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_feed(found, by=request.actor, at=clock.now(), **form.cleaned_data)
        return redirect("deliveries:feed", feed_id)
    return _asked(request, found, form, "End", "End the feed")


def _asked(request: HttpRequest, found: Feed, form: Any, verb: str, button: str) -> HttpResponse:
    told = {
        "feed": found,
        "form": form,
        "verb": verb,
        "button": button,
        "back": reverse("deliveries:feed", args=[found.id]),
    }
    return render(request, "deliveries/change_feed.html", told)


def _feed(request: HttpRequest, feed_id: int) -> Any:
    return get_object_or_404(Feed.objects.visible_to(request.actor), id=feed_id)


def _trail() -> list[dict[str, str]]:
    return [
        {"href": reverse("deliveries:overview"), "text": "Deliveries"},
        {"href": reverse("deliveries:feeds"), "text": "Register of feeds"},
    ]
