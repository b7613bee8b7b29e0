"""Who is acting in a request, for how long a session lasts, and what must be proved before anything opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pbc_web.accounts.comings_and_goings import ENDED, themselves
from pbc_web.accounts.queries import acting_as, has_second_factor
from pbc_web.audit.actions import record
from pbc_web.shell import clock

Answer = Callable[[HttpRequest], HttpResponse]
BEGAN, SEEN = "began_at", "seen_at"


class SessionLimits:
    """Ends a session left alone too long, any session after its longest time, and all of a person's when they were ended."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(clock.now().timestamp())
            if self._is_over(request, now):
                logout(request)
                return redirect(f"{settings.LOGIN_URL}")
            if now - request.session.get(SEEN, 0) >= 30:  # at most twice a minute: every page would else write
                request.session[SEEN] = now
        return self.get_response(request)

    def _is_over(self, request: HttpRequest, now: int) -> bool:
        began = request.session.setdefault(BEGAN, now)
        is_idle = now - request.session.get(SEEN, now) > settings.SESSION_IDLE_SECONDS
        is_old = now - began > settings.SESSION_LONGEST_SECONDS
        was_ended = request.session.get(ENDED, 0) != request.user.sessions_ended  # type: ignore[union-attr]  # a Person
        return is_idle or is_old or was_ended


class ActingPerson:
    """Sets `request.actor`: the person in the appointment they chose, or None. While viewing as somebody nothing is written.

    What somebody signed in is refused, or a program that acts for somebody, goes into the trail.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_known = request.user.is_authenticated
        request.actor = acting_as(request.user, request.session) if is_known else None  # type: ignore[attr-defined]  # read by every view
        response = self.get_response(request)
        if response.status_code == 403 and (is_known or request.actor):  # type: ignore[attr-defined]  # or by a program's token
            self._tell_refusal(request)
        return response

    @transaction.atomic
    def _tell_refusal(self, request: HttpRequest) -> None:
        by = request.actor or themselves(request.user)  # type: ignore[attr-defined]  # set above
        page = request.resolver_match.view_name if request.resolver_match else "a page"
        record(by=by, verb="be_denied", about=("page", page), at=clock.now(), told={"page": page})

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


class SecondFactorFirst:
    """Holds whoever acts in a role that decides or reads records at setting up a second factor: until then only their account opens."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """This sends them to set one up, unless the page is of their own account."""
        actor = request.actor  # type: ignore[attr-defined]  # set by ActingPerson
        if actor is None or not actor.role.needs_second_factor or _is_of_account(request, view):
            return None
        if has_second_factor(request.user, request.session):  # type: ignore[arg-type]  # signed in: a Person
            return None
        return redirect("second_factor")


def _is_of_account(request: HttpRequest, view: Any) -> bool:
    from pbc_web.accounts.library_addresses import OPEN
    from pbc_web.shell.access import open_to_all

    return getattr(view, "is_of_account", False) or getattr(view, "needs", None) is open_to_all or (
        request.resolver_match is not None and request.resolver_match.view_name in OPEN
    )  # fmt: skip
