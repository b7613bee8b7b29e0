"""The day a service changed, recorded and corrected."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pbc_web.business_cases.views.gate import after_declaring
from pbc_web.mobilisation import queries
from pbc_web.mobilisation.actions import record_service_change, require_keeper
from pbc_web.mobilisation.forms import ServiceForm
from pbc_web.mobilisation.permissions import may_keep_milestones
from pbc_web.mobilisation.views.milestones import shown_form, version_in
from pbc_web.shell import clock
from pbc_web.shell.access import entitled
from pbc_web.shell.forms_sent import sent
from pbc_web.shell.words import day

LEAD = (
    "It ends the time from approval to the change of service, which is counted for the commissioner. It cannot be taken back; a wrong "
    "day can be corrected, with the reason, and stays on record."
)


@entitled(may_keep_milestones)
@require_http_methods(["GET", "POST"])
@after_declaring
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Record that the service changed, or correct the day."""
    found = queries.case_for(request.actor, code)
    require_keeper(request.actor, found)
    recorded = queries.changes_recorded(found)
    last = recorded[-1] if recorded else None
    days = {"approved_on": found.decided_on, "today": clock.today()}
    form = ServiceForm(sent(request), recorded_on=last.happened_on if last else None, **days)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_service_change(
            found, said["happened_on"], reason=said.get("reason", ""), over=version_in(request), by=request.actor, at=clock.now()
        )  # fmt: skip
        messages.success(request, f"The service of {code} changed on {day(said['happened_on'])}.")
        return redirect("business_cases:proposal", code)
    heading = "Correct when the service changed" if last else "Record that the service changed"
    is_warned = last is None and queries.is_nobody_chosen(found)
    return shown_form(
        request, found, form, heading, version=last.id if last else 0, lead=LEAD, is_nobody_chosen=is_warned
    )
