"""People's own accounts as pages."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pbc_web.accounts import actions, queries
from pbc_web.accounts.comings_and_goings import themselves
from pbc_web.accounts.models import Appointment
from pbc_web.accounts.queries import ACTING, VIEWING, acting_as, appointments_on, has_second_factor
from pbc_web.audit.actions import record
from pbc_web.shell import clock
from pbc_web.shell.access import signed_in
from pbc_web.shell.downloads import download

View = Callable[..., HttpResponse]


def of_account(view: View) -> View:
    """This returns the view marked as of one's own account: it opens before a second factor is set up."""
    view.is_of_account = True  # type: ignore[attr-defined]  # read by SecondFactorFirst
    return view


@of_account
@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The person's own page: name, address, roles held, ways to sign in."""
    told = {"appointments": _own(request), "has_second_factor": has_second_factor(request.user, request.session)}  # type: ignore[arg-type]  # a Person
    return render(request, "accounts/account.html", told)


@of_account
@signed_in
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor must be set up first, and the two ways to do it."""
    return render(request, "accounts/second_factor.html")


@of_account
@signed_in
@require_http_methods(["GET", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's appointments to act; the session gets a new key, as at sign-in."""
    if request.method == "POST":
        with transaction.atomic():
            wanted = request.POST.get("appointment", "")
            chosen = get_object_or_404(_own(request), id=wanted if wanted.isdecimal() else 0)
            request.session.cycle_key()
            request.session[ACTING] = chosen.id
            request.session.pop(VIEWING, None)
            actor = acting_as(request.user, request.session)  # type: ignore[arg-type]  # signed in: a Person
            assert actor is not None
            told = {"role": chosen.role.title, "organisation": chosen.organisation.name}
            record(by=actor, verb="change_role", about=("appointment", chosen.id), at=clock.now(), told=told)
        return redirect("/")
    return render(request, "accounts/choose_role.html", {"appointments": _own(request), "back": "/"})


@of_account
@signed_in
@require_POST
def extend_session(request: HttpRequest) -> HttpResponse:
    """Stay signed in: the session counts as used now."""
    request.session.modified = True
    return HttpResponse(status=204)


@of_account
@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of one's own, this one too."""
    person = request.user
    actions.end_all_sessions(person, by=themselves(person, request.session), at=clock.now())  # type: ignore[arg-type]  # a Person
    logout(request)
    return redirect("account_login")


@of_account
@signed_in
@require_POST
def own_data(request: HttpRequest) -> HttpResponse:
    """All that is kept of oneself, to take away."""
    person = request.user
    with transaction.atomic():
        about = ("person", person.number)  # type: ignore[union-attr]  # a Person
        record(by=themselves(person), verb="export", about=about, at=clock.now(), told={"what": "their own data"})  # type: ignore[arg-type]
    kept = json.dumps(queries.own_data(person), indent=2, ensure_ascii=False)  # type: ignore[arg-type]
    return download(kept.encode("utf-8"), name="own-data.json")


@of_account
@signed_in
@require_POST
def stop_viewing_as(request: HttpRequest) -> HttpResponse:
    """Go back to seeing what one's own role sees."""
    viewed = appointments_on(clock.today()).filter(id=request.session.pop(VIEWING, None)).first()
    if viewed is not None:
        with transaction.atomic():
            told = {"person": str(viewed.person.number)}
            by = themselves(request.user, request.session)  # type: ignore[arg-type]  # a Person
            record(by=by, verb="stop_viewing_as", about=("appointment", viewed.id), at=clock.now(), told=told)
    return redirect("/")


stop_viewing_as.leaves_view_as = True  # type: ignore[attr-defined]  # read by ActingPerson


def _own(request: HttpRequest) -> QuerySet[Appointment]:
    return appointments_on(clock.today()).filter(person_id=request.user.pk)
