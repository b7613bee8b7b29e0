"""The trail as pages."""

from __future__ import annotations

import csv
import io
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pbc.reports.long_csv import inert
from pbc_web.audit import queries
from pbc_web.audit.actions import check_trail, record
from pbc_web.audit.forms import TrailForm
from pbc_web.audit.models import Entry
from pbc_web.audit.permissions import may_read_trail, may_read_whole_trail
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.downloads import download

PAGE = 50
MOST_ROWS = 20_000


def _asked(request: HttpRequest) -> tuple[TrailForm, QuerySet[Entry]]:
    """The form of what was asked, and the entries: all of them for an administrator, one's own organisation's for others."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    form = TrailForm(request.GET)
    found = queries.entries_of(None if actor.role.reads_all_audit else [actor.organisation_code])
    found = queries.open_to(found, actor)
    return form, queries.narrowed(found, **form.cleaned_data) if form.is_valid() else found.none()


@entitled(may_read_trail)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """What was done, newest first, narrowed as asked."""
    form, found = _asked(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    asked = {name: value for name, value in request.GET.items() if value and name != "page"}
    told = {
        "form": form, "page": page, "rows": queries.as_sentences(page), "last_check": queries.last_check(),
        "asked": urlencode(asked), "may_export": may_read_whole_trail(request.actor),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "audit/trail.html", told)


@entitled(may_read_trail)
@require_POST
def trail_csv(request: HttpRequest) -> HttpResponse:
    """The entries asked for, as CSV; that they were taken away is an entry itself."""
    _, found = _asked(request)
    rows = queries.as_sentences(found[:MOST_ROWS])
    with transaction.atomic():
        told = {"what": f"{len(rows):,} entries of the audit trail as CSV"}
        record(by=request.actor, verb="export", about=("audit", "csv"), at=clock.now(), told=told)  # type: ignore[attr-defined]
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("entry", "at_utc", "person", "role", "organisation", "verb", "what"))
    sheet.writerows(
        (each.number, each.at, each.person, each.role, each.organisation, each.verb, inert(said))
        for each, _, said in rows
    )
    return download(out.getvalue().encode("utf-8-sig"), name="audit-trail.csv")


@entitled(may_read_trail)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Hold the whole trail against its hashes now."""
    with transaction.atomic():
        done = check_trail(at=clock.now())
        told = {"number": done.number, "found": done.broken or "it holds"}
        record(by=request.actor, verb="check_trail", about=("audit", "trail"), at=clock.now(), told=told)  # type: ignore[attr-defined]
    if not done.broken:
        messages.success(request, "Every entry was checked: nothing was changed or taken out.")
    return redirect("audit:trail")


@entitled(may_read_whole_trail)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The whole trail as lines of JSON, which `pbc verify-audit` checks on any machine."""
    with transaction.atomic():
        record(
            by=request.actor,
            verb="export",
            about=("audit", "trail"),
            at=clock.now(),
            told={"what": "the whole audit trail"},
        )  # type: ignore[attr-defined]
    return download("".join(queries.trail_lines()).encode("utf-8"), name="audit-trail.jsonl")
