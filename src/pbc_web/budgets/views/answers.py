"""Answers kept between a form and its check page, in the session of who gave them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict

HELD = "budget_answers"


def keep(request: HttpRequest, name: str) -> None:
    """Keep what was sent under a name, until it is used or given up."""
    sent = {key: values for key, values in request.POST.lists() if key != "csrfmiddlewaretoken"}
    request.session[HELD] = {**request.session.get(HELD, {}), name: sent}


def kept(request: HttpRequest, name: str) -> QueryDict | None:
    """This returns what was kept under a name, as a form reads it, or None."""
    sent: dict[str, Any] | None = request.session.get(HELD, {}).get(name)
    if sent is None:
        return None
    found = QueryDict(mutable=True)
    for key, values in sent.items():
        found.setlist(key, values)
    return found


def drop(request: HttpRequest, name: str) -> None:
    """Forget what was kept under a name."""
    held = dict(request.session.get(HELD, {}))
    held.pop(name, None)
    request.session[HELD] = held
