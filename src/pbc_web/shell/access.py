"""Who may open a page. Every view says so: `@entitled(predicate)` or `@open_to_all`; a test finds a view that does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def entitled(predicate: Callable[[Any], bool]) -> Callable[[View], View]:
    """This returns a decorator that opens a view to acting people of whom the predicate holds, and refuses others with 403.

    It judges the role alone. Which rows the role sees is judged where they are read: what is out of reach is not found (404).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor is None or not predicate(request.actor):  # type: ignore[attr-defined]  # set by ActingPerson
                raise PermissionDenied(predicate.__doc__.splitlines()[0] if predicate.__doc__ else "")
            return view(request, *args, **kwargs)

        guarded.needs = predicate  # type: ignore[attr-defined]  # read by the permission matrix
        return guarded

    return decorate


def signed_in(view: View) -> View:
    """This returns the view open to anyone signed in, whatever their role: their own account."""
    view.needs = signed_in  # type: ignore[attr-defined]  # read by the permission matrix
    return view


def open_to_all(view: View) -> View:
    """This returns the view open to anyone, signed in or not."""
    opened: View = login_not_required(view)
    opened.needs = open_to_all  # type: ignore[attr-defined]  # read by the permission matrix
    return opened
