"""Who is acting in a request, and for how long a session lasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pbc_web.accounts.queries import acting_as

Answer = Callable[[HttpRequest], HttpResponse]
BEGAN, SEEN = "began_at", "seen_at"


class SessionLimits:
    """Ends a session left alone too long, and any session after its longest time, whatever was done in it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_LONGEST_SECONDS:
                logout(request)
                return redirect(f"{settings.LOGIN_URL}")
            if now - seen >= 30:  # written at most twice a minute: every page would else write to the database
                request.session[SEEN] = now
            request.session.setdefault(SEEN, now)
        return self.get_response(request)


class ActingPerson:
    """Sets `request.actor`: the person in the appointment they chose, or None. While viewing as somebody nothing is written."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = acting_as(request.user, request.session) if request.user.is_authenticated else None  # type: ignore[attr-defined]  # read by every view
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """This refuses to change anything while viewing as somebody else, but for leaving that view or signing out."""
        from pbc_web.shell.faults import fault_page

        actor = request.actor  # type: ignore[attr-defined]  # set above
        is_reading = request.method in ("GET", "HEAD", "OPTIONS")
        if actor is None or not actor.seen_by or is_reading or getattr(view, "leaves_view_as", False):
            return None
        return fault_page(
            request, 403, what="You are viewing as somebody else: nothing can be changed.",
            remedy="Stop viewing as them first; the button is at the top of the page.",
        )  # fmt: skip
