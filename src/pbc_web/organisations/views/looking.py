"""Finding an organisation, and how it stood on any day: who exists and who belongs to whom is public."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc_web.organisations import queries
from pbc_web.organisations.forms import DayForm, SearchForm
from pbc_web.organisations.kinds import AS_PUBLISHED, COMMISSIONERS, GROUPS, REGIONS
from pbc_web.organisations.models import Organisation
from pbc_web.organisations.permissions import keeps, may_close, may_keep_register, may_record_uptake, sayable
from pbc_web.shell import clock
from pbc_web.shell.access import signed_in

PAGE = 50
TRAIL = {"text": "Organisations", "href": "/organisations/"}


@signed_in
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every organisation, by name, code and kind."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    form = SearchForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {"words": "", "kind": ""}
    page = Paginator(queries.found_by(said["words"].strip(), said["kind"]), PAGE).get_page(request.GET.get("page"))
    asked = urlencode({name: value for name, value in said.items() if value})
    told = {"form": form, "page": page, "asked": asked, "may_keep": actor is not None and may_keep_register(actor)}
    return render(request, "organisations/listing.html", told)


@signed_in
@require_safe
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One organisation as it was on a day, and who answers for it now."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found, form, today = get_object_or_404(Organisation, code=code), DayForm(request.GET), clock.today()
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    is_own = actor is not None and found.id in actor.reach.detail
    upward, downward = queries.upward_relations(found, on=on), queries.downward_relations(found, on=on)
    successors, took_over = queries.successors_of(found), queries.taken_over_by(found)
    shown = (found, *upward, *downward, *successors, *took_over)
    told = {
        "organisation": found, "on": on, "is_today": on == today, "form": form, "trail": [TRAIL],
        "upward": upward, "downward": downward, "successors": successors, "took_over": took_over,
        "is_published": any(each.source.startswith(AS_PUBLISHED) for each in shown),
        "now": [each for each in queries.as_now(found, on=today) if each.id != found.id],
        "uptake": queries.uptake_of(found) if found.kind == "practice" else [], "shows_reasons": is_own,
        "may_keep": actor is not None and keeps(actor, found), "sayable": sayable(actor, found.kind), "may_close": may_close(actor, found),
        "may_record": is_own and found.kind == "practice" and may_record_uptake(actor),
        "uptake_page": reverse("organisations:uptake", args=[code]) if found.kind in (*COMMISSIONERS, *GROUPS, *REGIONS) else "",
    }  # fmt: skip
    return render(request, "organisations/organisation.html", told)
