"""How freed-up money is spent again: what waits longest, and the exceptions the region agreed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc.periods import FinancialYear
from pbc_web.accounts.roles import Sight
from pbc_web.audit.handing_out import TableFile, hand_out_tables
from pbc_web.organisations.queries import commissioners_below
from pbc_web.reinvestment import queries, shown
from pbc_web.reinvestment.actions.exceptions import agree_exception
from pbc_web.reinvestment.forms import ExceptionForm
from pbc_web.reinvestment.permissions import may_agree_exceptions, may_read_reinvestment
from pbc_web.reinvestment.views.uses import page
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent

YEARS_BACK = 4


@entitled(may_read_reinvestment)
@require_safe
def reinvestment(request: HttpRequest) -> HttpResponse:
    """The pots one may open, the money that waits, oldest first, and the exceptions from the shares of a year."""
    actor, file = request.actor, _file(request)
    told = {
        "waiting": file.tables[0], "exceptions": file.tables[1], "pots": list(queries.pots_in_sight(actor)),
        "downloads": file.links(f"{reverse('reinvestment:reinvestment')}download/"), "agrees": may_agree_exceptions(actor),
        "is_region": actor.sees(Sight.REGION),
    }  # fmt: skip
    return render(request, "reinvestment/reinvestment.html", told)


@entitled(may_read_reinvestment)
@require_safe
def file(request: HttpRequest, form: str) -> HttpResponse:
    """What waits and what was agreed, as a file."""
    return hand_out_tables(request, _file(request), form=form)


def _file(request: HttpRequest) -> TableFile:
    actor, today = request.actor, clock.today()
    waiting = shown.waiting_table(queries.waiting_for(actor), today)
    exceptions = shown.exceptions_table(queries.exceptions_for(actor))
    lines = (f"Freed-up money that waits, as {actor.organisation_name} sees it",)
    return TableFile("reinvestment", "Reinvestment", lines, (waiting, exceptions), today, actor.organisation.is_made_up)


@entitled(may_agree_exceptions)
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """Agree to another share than the year's rule."""
    today = clock.today()
    years = [FinancialYear.of(today).plus(-back) for back in range(YEARS_BACK + 1)]
    form = ExceptionForm(sent(request), below=commissioners_below(request.actor.organisation, on=today), years=years)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        agree_exception(
            form.below[said["commissioner"]], FinancialYear.parse(said["year"]), practices_percent=said["practices_percent"],
            words=said["words"], by=request.actor, at=clock.now(),
        )  # fmt: skip
        messages.success(request, "The exception is agreed, and shown beside the rule.")
        return redirect("reinvestment:reinvestment")
    lead = (
        "Shown to the commissioner and its practices beside the rule of the year. The year is closed by it only where the "
        "commissioner's own agreement says the same."
    )
    trail = [{"text": "Reinvestment", "href": reverse("reinvestment:reinvestment")}]
    return page(
        request,
        form,
        heading="Agree to an exception",
        caption=request.actor.organisation_name,
        lead=lead,
        button="Agree",
        trail=trail,
    )
