"""Taking in the register, the published hierarchies and a file of changes: shown first, then just what was shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pbc_web.organisations import actions, register
from pbc_web.organisations.changes import check_changes
from pbc_web.organisations.forms import ChangesForm
from pbc_web.organisations.permissions import keeps, may_keep_register
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


@entitled(may_keep_register)
@require_http_methods(["GET", "POST"])
def take_in_changes(request: HttpRequest) -> HttpResponse:
    """Check a file of organisation changes, show every fault or what would change, and take in what was shown."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
    form = ChangesForm(request.POST, request.FILES) if request.method == "POST" else ChangesForm()
    told: dict[str, Any] = {"form": form, "trail": [TRAIL]}
    if not form.is_bound or not form.is_valid():
        return render(request, "organisations/take_in_changes.html", told, status=400 if form.is_bound else 200)
    said = form.cleaned_data
    checked = check_changes(said["text"], keeps=lambda each: keeps(actor, each))
    if "confirmed" in request.POST and not checked.faults:
        name = request.POST.get("name", "")[:80] or said["name"]
        count = actions.take_in_changes(checked, name=name, by=actor, at=clock.now())
        messages.success(request, f"{count:,} changes were taken in.")
        return redirect("organisations:listing")
    told |= {"checked": checked, **said}
    return render(request, "organisations/take_in_changes.html", told, status=400 if checked.faults else 200)


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
