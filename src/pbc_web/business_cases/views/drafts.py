"""Beginning a proposal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pbc.periods import FinancialYear
from pbc_web.business_cases.actions import drafting
from pbc_web.business_cases.forms.drafts import BeginForm
from pbc_web.business_cases.models import Proposal
from pbc_web.business_cases.permissions import may_propose
from pbc_web.business_cases.queries.listings import commissioners_of, plans_of
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent


@entitled(may_propose)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a plan, a business case or the use of a pot."""
    actor, this_year = request.actor, FinancialYear.of(clock.today())
    commissioners = commissioners_of(actor)
    form = BeginForm(sent(request), this_year=this_year, plans=plans_of(actor), commissioners=commissioners)
    if commissioners and request.method == "POST" and form.is_valid():
        made = drafting.begin_once(
            form.cleaned_data["kind"], form.named, commissioner=form.commissioner_chosen, by=actor, at=clock.now()
        )
        messages.success(request, f"{made.code} is begun. Only your organisation and those you write it with see it.")
        return redirect("business_cases:proposal", made.code)
    told = {"form": form, "commissioners": commissioners, "trail": trail()}
    return render(request, "business_cases/begin.html", told, status=400 if form.is_bound else 200)


def trail() -> list[dict[str, str]]:
    """The way back to the list."""
    return [{"text": "Proposals", "href": reverse("business_cases:listing")}]


def trail_of(proposal: Proposal) -> list[dict[str, str]]:
    """The way back to a proposal."""
    return [
        *trail(),
        {"text": proposal.code, "href": reverse("business_cases:proposal", args=[proposal.code])},
    ]
