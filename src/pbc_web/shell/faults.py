"""Pages for what went wrong: each says what happened and what to do next; programs get the same as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pbc.errors import Fault

PAGES = {
    400: (
        "We could not read what was sent",
        "Go back and try again. If it happens again, tell us what you were doing.",
    ),
    403: ("You cannot open this page", "Your role does not allow it. Your administrator can tell you whose role does."),
    404: (
        "Page not found",
        "Check the address. The page may have moved, or belong to an organisation other than yours.",
    ),
    500: (
        "Something went wrong",
        "Nothing you saved before is lost. Try again in a few minutes, or tell us what happened.",
    ),
}


def fault_page(request: HttpRequest, status: int, *, what: str = "", remedy: str = "") -> HttpResponse:
    """This returns the page, or for the interface for programs the JSON, that tells a fault of a status."""
    title, next_step = PAGES[status]
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": what or title}, status=status)
    told = {"title": title, "what": what, "remedy": remedy or next_step}
    return render(request, "shell/fault.html", told, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """This returns the page of a request that could not be read."""
    return fault_page(request, 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """This returns the page of a form sent without its proof: an old page, or another site's."""
    return fault_page(
        request, 403, what="This form was open for too long, or did not come from this site.",
        remedy="Go back, open the page again and send the form from there. Copy what you wrote first.",
    )  # fmt: skip


def not_entitled(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """This returns the page of something the acting role may not do."""
    return fault_page(request, 403, what=str(exception or ""))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """This returns the page of an address that leads nowhere, or to what this person may not know of."""
    return fault_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """This returns the page of our own mistake."""
    return fault_page(request, 500)


def refused(request: HttpRequest, fault: Fault, status: int = 409, back: tuple[str, str] | None = None) -> HttpResponse:
    """This returns the page of a refusal that is no field's mistake: what, where, the remedy, and the address and name to go back to."""
    told = {
        "title": "This cannot be done now",
        "what": fault.what,
        "fault": fault,
        "remedy": fault.remedy,
        "back": back,
    }
    return render(request, "shell/fault.html", told, status=status)
