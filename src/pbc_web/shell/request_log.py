"""One line for each request, without what was typed: the pattern of the address, never the address with its keys."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

LOG = logging.getLogger("pbc.requests")


class LogRequests:
    """Logs method, pattern, status and how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        taken = (time.perf_counter() - began) * 1000
        pattern = f"/{request.resolver_match.route}" if request.resolver_match else "(no such page)"
        LOG.info("%s %s %d %.0fms", request.method, pattern, response.status_code, taken)
        return response
