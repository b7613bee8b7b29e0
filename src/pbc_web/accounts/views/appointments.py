"""One appointment: end it, renew it, arrange cover for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.accounts import actions, queries
from pbc_web.accounts.forms import CoverForm, EndForm, RenewForm
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.permissions import may_appoint, roles_to_give
from pbc_web.accounts.views.people import trail_to
from pbc_web.shell import clock
from pbc_web.shell.access import entitled, signed_in
from pbc_web.shell.forms_sent import sent


def _found(request: HttpRequest, appointment_id: int) -> Appointment:
    actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    found = queries.appointment_seen_by(actor, appointment_id) if actor else None
    if found is None:
        raise Http404
    return found


def _to_keep(request: HttpRequest, appointment_id: int) -> Appointment:
    """An appointment of somebody else to end, renew or have covered: of a role one may give."""
    actor, found = request.actor, _found(request, appointment_id)  # type: ignore[attr-defined]
    given = {role.code for role in roles_to_give(actor, found.organisation)}
    if found.person_id == actor.person_id or found.role_code not in given:
        raise Http404
    return found


def _told(request: HttpRequest, found: Appointment, **more: Any) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    is_holder = found.person_id == actor.person_id
    given = {role.code for role in roles_to_give(actor, found.organisation)} if may_appoint(actor) else set()
    return {
        "appointment": found, "covers": list(found.covered_by.select_related("person").order_by("starts_on")),
        "may_keep": not is_holder and found.role_code in given, "may_cover": is_holder or found.role_code in given,
        "is_over": found.ends_before <= clock.today(),
        "trail": None if is_holder else trail_to(found.organisation), "back": "/account/" if is_holder else None,
    } | more  # fmt: skip


@signed_in
@require_safe
def appointment(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One appointment: period, cover, and what may be done about it."""
    return render(request, "accounts/appointment.html", _told(request, _found(request, appointment_id)))


def _asked(request: HttpRequest, found: Appointment, form: Any, title: str, button: str) -> HttpResponse:
    told = _told(request, found, form=form, title=title, button=button)
    return render(request, "accounts/change_appointment.html", told, status=400 if form.errors else 200)


@entitled(may_appoint)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """End an appointment after a day."""
    found = _to_keep(request, appointment_id)
    form = EndForm(sent(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        actions.end_appointment(found, on=form.cleaned_data["on"], by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        messages.success(request, "The appointment was ended.")
        return redirect("appointment", appointment_id=found.id)
    return _asked(request, found, form, "End this appointment", "End appointment")


@entitled(may_appoint)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Let an appointment last longer."""
    found = _to_keep(request, appointment_id)
    form = RenewForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.renew_appointment(found, until=form.cleaned_data["until"], by=request.actor, at=clock.now())  # type: ignore[attr-defined]
        messages.success(request, "The appointment was renewed.")
        return redirect("appointment", appointment_id=found.id)
    return _asked(request, found, form, "Renew this appointment", "Renew appointment")


@signed_in
@require_http_methods(["GET", "POST"])
def cover(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Name a colleague who acts in an appointment while its holder is away."""
    found, today = _found(request, appointment_id), clock.today()
    if found.person_id != request.actor.person_id:  # type: ignore[attr-defined]
        _to_keep(request, appointment_id)  # else whoever pays could have a record reader covered by one of their own
    colleagues = queries.colleagues_of(found, today).exclude(id=request.actor.person_id)  # type: ignore[attr-defined]
    form = CoverForm(sent(request), colleagues=colleagues, today=today)
    if request.method == "POST" and form.is_valid():
        actions.arrange_cover(found, by=request.actor, at=clock.now(), **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, f"{form.cleaned_data['colleague'].name} covers for {found.person.name}.")
        return redirect("appointment", appointment_id=found.id)
    return _asked(request, found, form, "Arrange cover", "Arrange cover")
