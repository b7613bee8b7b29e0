"""Every way a question can be refused, declared once for every route: programs are never answered with a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled

from pbc.errors import Fault, MissingFigure
from pbc_web.api.shapes import Refusal, Unreadable

REFUSALS: dict[int, Any] = {
    400: Refusal,
    401: Refusal,
    403: Refusal,
    404: Refusal,
    409: Refusal,
    422: Unreadable,
    429: Refusal,
}


def tell_refusals(api: NinjaAPI) -> None:
    """Answer every fault in the shape declared for it."""

    def answered(status: int, words: str) -> Any:
        def handler(request: HttpRequest, error: Exception) -> HttpResponse:
            return api.create_response(request, {"detail": words or str(error)}, status=status)

        return handler

    def refused(request: HttpRequest, fault: Any) -> HttpResponse:
        told = {
            "detail": fault.what,
            "where": fault.where,
            "found": fault.found,
            "expected": fault.expected,
            "remedy": fault.remedy,
        }
        return api.create_response(request, told, status=404 if isinstance(fault, MissingFigure) else 409)

    def of_ninja(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(request, {"detail": error.message}, status=error.status_code)

    api.exception_handler(Fault)(refused)
    api.exception_handler(PermissionDenied)(answered(403, "The role this token acts in may not do this."))
    api.exception_handler(Http404)(answered(404, "There is no such thing, or it is out of this token's reach."))
    api.exception_handler(AuthenticationError)(answered(401, "Send a token that holds: Authorization: Bearer TOKEN."))
    api.exception_handler(Throttled)(answered(429, "Too many requests from this token: wait a minute."))
    api.exception_handler(HttpError)(of_ninja)
