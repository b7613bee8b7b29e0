"""The approved cases one sees, with how each is carried out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pbc_web.audit.handing_out import hand_out_tables
from pbc_web.business_cases.queries.quick_wins import quick_wins_of
from pbc_web.mobilisation.files import cases_file
from pbc_web.mobilisation.permissions import may_read_mobilisation
from pbc_web.mobilisation.queries import approved_cases, progress_of
from pbc_web.mobilisation.shown import cases_table
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(may_read_mobilisation)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Approved cases: milestones done and late, the change of service, quick wins past their day."""
    today, cases = clock.today(), progress_of(approved_cases(request.actor))
    told = {
        "table": cases_table(cases, today=today),
        "links": [reverse("business_cases:proposal", args=[each.proposal.code]) for each in cases],
        "quick": quick_wins_of(request.actor, today=today),
        "downloads": cases_file(request.actor, cases, today=today).links(f"{reverse('mobilisation:listing')}download/"),
        "is_made_up": request.actor.organisation.is_made_up,
    }  # fmt: skip
    return render(request, "mobilisation/listing.html", told)


@entitled(may_read_mobilisation)
@require_safe
def listing_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    cases = progress_of(approved_cases(request.actor))
    return hand_out_tables(request, cases_file(request.actor, cases, today=clock.today()), form=form)
