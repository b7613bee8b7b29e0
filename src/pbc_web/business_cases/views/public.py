"""A commissioner's decisions for anyone, signed in or not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pbc.reports.plain_files import plain_csv
from pbc.reports.shown_files import sheet_of
from pbc_web.business_cases import public_shown as shown
from pbc_web.business_cases.queries import public
from pbc_web.shell import clock
from pbc_web.shell.access import open_to_all
from pbc_web.shell.downloads import download
from pbc_web.shell.words import count_of

KEPT_SECONDS = 60  # short, so that what is taken back is soon gone everywhere


@open_to_all
@require_safe
def public_decisions(request: HttpRequest, code: str) -> HttpResponse:
    """What a commissioner decided and why, how long it takes, and how many wait."""
    of, today = public.commissioner_for_anyone(code), clock.today()
    cases, material = public.cases_for_anyone(of), public.times_for_anyone(of, as_at=today)
    shares = shown.shares_table(material)
    address, waits = reverse("business_cases:public_decisions", args=[code]), public.waiting_count(of)
    told = {
        "commissioner": of, "cases": shown.case_facts(shown.cases_table(cases)), "today": today,
        "shares": shares, "within": shown.within_words(material),
        "waiting": f"{count_of(waits, 'proposal')} {'waits' if waits == 1 else 'wait'} for a decision now.",
        "downloads": [
            *([("Decisions open to anyone, as CSV", f"{address}decisions.csv")] if cases else []),
            *([("How long it takes, as CSV", f"{address}times.csv")] if shares else []),
        ],
    }  # fmt: skip
    return _for_anyone(request, render(request, "business_cases/public.html", told))


@open_to_all
@require_safe
def public_file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One of the page's tables as CSV."""
    of = public.commissioner_for_anyone(code)
    made = {
        "decisions": lambda: shown.cases_table(public.cases_for_anyone(of)),
        "times": lambda: shown.shares_table(public.times_for_anyone(of, as_at=clock.today())),
    }
    table = made[name]() if name in made else None
    if table is None:
        raise Http404
    mark = "Made-up data" if of.is_made_up else ""
    return _for_anyone(request, download(plain_csv(sheet_of(table), mark=mark), name=f"{name}-{of.code}.csv"))


def _for_anyone(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page of somebody signed in bears their name, and is kept by nobody; anyone else's is the same for all of them."""
    is_signed_in = request.user.is_authenticated
    response["Cache-Control"] = "no-store" if is_signed_in else f"public, max-age={KEPT_SECONDS}"
    patch_vary_headers(response, ("Cookie",))
    return response
