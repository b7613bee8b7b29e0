"""Taking in the register and the published hierarchies: shown first, then just what was shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pbc_web.organisations import actions, register
from pbc_web.organisations.permissions import may_keep_register
from pbc_web.organisations.views.looking import TRAIL
from pbc_web.shell import clock
from pbc_web.shell.access import entitled


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def take_in_register(request: HttpRequest) -> HttpResponse:
    """Show what the register received last would change here, and take in just what was shown."""
    return _take_in(request, "register")


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def take_in_hierarchies(request: HttpRequest) -> HttpResponse:
    """Show what the published hierarchies read last would change here, and take in just what was shown."""
    return _take_in(request, "hierarchies")


def _take_in(request: HttpRequest, name: str) -> HttpResponse:
    wanted = request.POST.get("set_id", "") if request.method == "POST" else ""
    found = register.held_set(name, wanted) if request.method == "GET" or wanted else None
    if request.method == "POST" and found is not None:
        organisations, relations = register.rows_of(found)
        counts = actions.import_organisations(
            organisations, relations, source=f"{name} {found.set_id}", by=request.actor, at=clock.now()  # type: ignore[attr-defined]  # set by ActingPerson
        )  # fmt: skip
        messages.success(request, f"{counts[0]:,} organisations and {counts[1]:,} relations were taken in.")
        return redirect("organisations:listing")
    told = {
        "preview": register.preview(found) if found else None, "notes": register.notes_of(found) if found else [],
        "trail": [TRAIL], "most": register.SHOWN,
    }  # fmt: skip
    return render(request, f"organisations/take_in_{name}.html", told)
