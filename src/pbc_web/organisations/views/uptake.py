"""Who takes part: counts for a commissioner, group or region, and what each practice answered."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc.reports.long_csv import inert
from pbc_web.audit.actions import record
from pbc_web.organisations import actions, register
from pbc_web.organisations.charts import uptake_chart
from pbc_web.organisations.forms import DayForm, UptakeForm
from pbc_web.organisations.kinds import COMMISSIONERS, GROUPS, REGIONS
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.permissions import may_record_uptake
from pbc_web.organisations.uptake_summary import UptakeSummary, summarise_uptake
from pbc_web.organisations.views.looking import TRAIL
from pbc_web.shell import clock
from pbc_web.shell.access import entitled, signed_in
from pbc_web.shell.downloads import download
from pbc_web.shell.forms_sent import sent


def _summed(request: HttpRequest, code: str) -> tuple[Organisation, DayForm, UptakeSummary]:
    found = get_object_or_404(Organisation, code=code, kind__in=(*COMMISSIONERS, *GROUPS, *REGIONS))
    form = DayForm(request.GET)
    on: date = (form.cleaned_data["on"] if form.is_valid() else None) or clock.today()
    return found, form, summarise_uptake(found, on=on, list_sizes=register.list_sizes(on=on))


def _trail(found: Organisation) -> list[dict[str, str]]:
    return [TRAIL, {"text": found.name, "href": reverse("organisations:organisation", args=[found.code])}]


@signed_in
@require_safe
def summary(request: HttpRequest, code: str) -> HttpResponse:
    """How many practices take part on a day, and how that came about."""
    found, form, summed = _summed(request, code)
    told: dict[str, Any] = {
        "organisation": found, "form": form, "summary": summed, "chart": uptake_chart(found, summed), "trail": _trail(found),
    }  # fmt: skip
    return render(request, "organisations/uptake.html", told)


@signed_in
@require_POST
def summary_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same as CSV: each practice with its state."""
    found, _, summed = _summed(request, code)
    if request.actor is None:  # type: ignore[attr-defined]  # set by ActingPerson
        raise Http404
    with transaction.atomic():
        told = {"what": f"who takes part in {found.name} as CSV"}
        record(by=request.actor, verb="export", about=("organisation", code), at=clock.now(), told=told)  # type: ignore[attr-defined]
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("on", "practice_code", "practice_name", "state"))
    sheet.writerows((summed.on.isoformat(), each.code, inert(each.name), state) for each, state in summed.practices)
    return download(out.getvalue().encode("utf-8-sig"), name=f"uptake-{code}-{summed.on.isoformat()}.csv")


@entitled(may_record_uptake)
@require_http_methods(["GET", "POST"])
def take_part(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a practice is offered, takes part or declined, from a day, with the reason."""
    found = get_object_or_404(Organisation, code=code, kind="practice", id__in=request.actor.reach.detail)  # type: ignore[attr-defined]
    form = UptakeForm(sent(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.record_uptake(
            found, state=said["state"], on=said["on"], reason=said["reason"], by=request.actor, at=clock.now()  # type: ignore[attr-defined]
        )  # fmt: skip
        messages.success(request, f"It is recorded for {found.name}.")
        return redirect("organisations:organisation", code=code)
    words = "Said again for the same day, it replaces what was said. A practice that declined still gets its statement."
    told = {
        "form": form,
        "title": f"Record whether {found.name} takes part",
        "button": "Save",
        "words": words,
        "trail": _trail(found),
    }
    return render(request, "organisations/change.html", told, status=400 if form.errors else 200)
