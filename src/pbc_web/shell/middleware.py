"""Faults of actions become pages in words, whatever view they rise through; pages about people are never kept by a browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pbc.errors import Fault, MissingFigure
from pbc_web.shell.faults import fault_page, refused


class TellFaults:
    """Turns a fault into its page; sets what every answer needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """This returns the page of a fault; anything else is our own mistake and goes on up."""
        if isinstance(exception, MissingFigure):
            return fault_page(request, 404, what=exception.what, remedy=exception.remedy)
        return refused(request, exception) if isinstance(exception, Fault) else None
