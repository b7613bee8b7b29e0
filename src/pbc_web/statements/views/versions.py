"""Versions that were replaced: whom they are closed to is led to the version in force, in words."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pbc_web.accounts.actor import Actor
from pbc_web.accounts.roles import Sight
from pbc_web.shell.access import View
from pbc_web.statements.queries import Replaced

SAME_PAGE = {"acknowledge", "commissioner", "group", "hospital", "practice", "readers", "region", "similar"}
GONE = 410


def leads_to_version_in_force(view: View) -> View:
    """This returns a view that answers a replaced version closed to the reader with where the version in force stands."""

    @wraps(view)
    def led(request: HttpRequest, publication_id: int, **named: Any) -> HttpResponse:
        try:
            return view(request, publication_id, **named)
        except Replaced as closed:
            told = {
                "publication": closed.publication,
                "in_force": closed.in_force,
                "instead": _instead(request, closed),
            }
            return render(request, "statements/replaced.html", told, status=GONE)

    return led


def _instead(request: HttpRequest, closed: Replaced) -> str:
    """The same page of the version in force; for what hangs on a practice's page, that page."""
    if closed.in_force is None:
        return reverse("statements:listing")
    match = request.resolver_match
    assert match is not None
    named = {name: value for name, value in match.kwargs.items() if name == "code"}
    page = match.url_name if match.url_name in SAME_PAGE else _above(request, is_of_practice=bool(named))
    return reverse(f"statements:{page}", kwargs={"publication_id": closed.in_force.id, **named})


def _above(request: HttpRequest, *, is_of_practice: bool) -> str:
    """The page that a figure is reached from."""
    if is_of_practice:
        return "practice"
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson; views are guarded
    return "hospital" if actor.sees(Sight.NAMED) else "commissioner"
