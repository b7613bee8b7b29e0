"""The demonstration's door: this machine alone, by no way round, with the token that was printed where it was started."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from pbc_web.config.demonstration_mark import is_marked

Answer = Callable[[HttpRequest], HttpResponse]
COOKIE = "demonstration"
ENTRANCE = "/demonstration/enter/"
# Any of these says that somebody in between passed the request on: then the peer's address says nothing about who asks.
PASSED_ON = (
    "FORWARDED",
    "VIA",
    "X_REAL_IP",
    "X_CLIENT_IP",
    "TRUE_CLIENT_IP",
    "CF_CONNECTING_IP",
    "X_CLUSTER_CLIENT_IP",
)


class Token:
    """A token that opens once; each use makes the next, which is told where the demonstration was started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = secrets.token_urlsafe(32)

    def current(self) -> str:
        """This returns the token that opens now."""
        return self._token

    def redeem(self, given: str) -> bool:
        """This returns whether a token opens, and if so has it never open again."""
        with self._lock:
            opens = hmac.compare_digest(given.encode(), self._token.encode())
            if opens:
                self._token = secrets.token_urlsafe(32)
            return opens


TOKEN = Token()


def require_mark(database: Any) -> None:
    """This refuses to demonstrate on a database that was not made for it."""
    if "sqlite" not in database["ENGINE"] or not is_marked(Path(database["NAME"])):
        raise ImproperlyConfigured("The demonstration serves only the database it made and marked itself.")


class LoopbackAlone:
    """Refuses whoever does not ask from this machine, whoever was passed on, and names that are not this machine's."""

    def __init__(self, get_response: Answer) -> None:
        require_mark(settings.DATABASES["default"])
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()  # a name that is not this machine's is refused as such
        if not is_from_here(request):
            return HttpResponse(
                "The demonstration answers this machine alone.\n", status=403, content_type="text/plain"
            )
        return self.get_response(request)


class TokenFirst:
    """Opens nothing but the entrance and static files to a browser that has not brought the token."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path_info.startswith((ENTRANCE, settings.STATIC_URL))
        if not is_open and request.get_signed_cookie(COOKIE, default="") != "entered":
            words = "Open the address that was printed where the demonstration was started.\n"
            return HttpResponse(words, status=403, content_type="text/plain")
        return self.get_response(request)


def let_in(response: HttpResponse) -> HttpResponse:
    """This returns the response with the cookie that opens the demonstration until its next start."""
    response.set_signed_cookie(COOKIE, "entered", httponly=True, samesite="Strict")
    return response


def is_from_here(request: HttpRequest) -> bool:
    """This returns whether a request came from this machine with nobody in between."""
    names = {name.removeprefix("HTTP_") for name in request.META if name.startswith("HTTP_")}
    is_passed_on = any(name in PASSED_ON or name.startswith(("X_FORWARDED", "X_ORIGINAL")) for name in names)
    try:
        return not is_passed_on and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
