"""People's own accounts as pages."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.accounts.queries import ACTING, VIEWING, acting_as, appointments_on
from pbc_web.audit.actions import record
from pbc_web.shell import clock
from pbc_web.shell.access import signed_in


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The person's own page: name, address, roles held, ways to sign in."""
    return render(request, "accounts/account.html", {"appointments": _own(request)})


@signed_in
@require_http_methods(["GET", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's appointments to act; the session gets a new key, as at sign-in."""
    if request.method == "POST":
        with transaction.atomic():
            chosen = get_object_or_404(_own(request), id=request.POST.get("appointment", 0))
            request.session.cycle_key()
            request.session[ACTING] = chosen.id
            request.session.pop(VIEWING, None)
            actor = acting_as(request.user, request.session)  # type: ignore[arg-type]  # signed in: a Person
            assert actor is not None
            told = {"role": chosen.role.title, "organisation": chosen.organisation.name}
            record(by=actor, verb="change_role", about=("appointment", chosen.id), at=clock.now(), told=told)
        return redirect("/")
    return render(request, "accounts/choose_role.html", {"appointments": _own(request)})


@signed_in
@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """Stay signed in: the session counts as used now."""
    request.session.modified = True
    return HttpResponse(status=204)


@signed_in
@require_POST
def stop_viewing_as(request: HttpRequest) -> HttpResponse:
    """Go back to seeing what one's own role sees."""
    request.session.pop(VIEWING, None)
    return redirect("/")


stop_viewing_as.leaves_view_as = True  # type: ignore[attr-defined]  # read by ActingPerson


def _own(request: HttpRequest):  # type: ignore[no-untyped-def]  # a query of appointments
    return appointments_on(clock.today()).filter(person_id=request.user.pk)
