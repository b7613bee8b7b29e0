"""The list of proposals: for whoever writes them what is theirs, for a commissioner what was put to it, soonest due first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.business_cases.forms.drafts import FindForm
from pbc_web.business_cases.permissions import may_handle_proposals, may_propose, may_read_proposals
from pbc_web.business_cases.queries.listings import Asked, listed_for
from pbc_web.business_cases.queries.quick_wins import quick_wins_of
from pbc_web.business_cases.shown import proposals_table
from pbc_web.runs.case_readings import quick_win_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled

PAGE = 50


@entitled(may_read_proposals)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The proposals one sees, found by state, kind and words."""
    asked, today = _asked(request), clock.today()
    page = Paginator(listed_for(request.actor, asked), PAGE).get_page(request.GET.get("page"))
    given = urlencode({name: value for name, value in vars(asked).items() if value})
    told = {
        "form": FindForm(request.GET or None), "asked": given, "page": page, "writes": may_propose(request.actor),
        "handles": may_handle_proposals(request.actor),
        "table": proposals_table(page, today=today),
        "links": [reverse("business_cases:proposal", args=[each.code]) for each in page],
        "quick": quick_wins_of(request.actor, today=today), "quick_days": quick_win_of(today),
        "downloads": _file(request, ()).links(f"{reverse('business_cases:listing')}download/", asked=given),
    }  # fmt: skip
    return render(request, "business_cases/listing.html", told)


@entitled(may_read_proposals)
@require_safe
def listing_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it was asked for, as a file."""
    return hand_out_tables(request, _file(request, listed_for(request.actor, _asked(request))), form=form)


def _asked(request: HttpRequest) -> Asked:
    form = FindForm(request.GET)
    return Asked(**form.cleaned_data) if form.is_valid() else Asked()


def _file(request: HttpRequest, proposals: object) -> TableFile:
    today, own = clock.today(), request.actor.organisation
    lines = (f"Proposals as {own.name} sees them.", "Drafts are seen by whoever writes them alone.")
    table = proposals_table(proposals, today=today)  # type: ignore[arg-type]  # rows of proposals
    return TableFile(f"proposals-{own.code}", "Proposals", lines, (table,), today, own.is_made_up)
