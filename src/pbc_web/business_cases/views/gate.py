"""The gate before the papers of a proposal: whoever takes part in deciding declares first what stake they have in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pbc.errors import RefusedInput
from pbc_web.business_cases.queries.conflicts import must_declare, viewer_must_declare
from pbc_web.business_cases.queries.in_sight import proposal_for

View = Callable[..., HttpResponse]


def after_declaring(view: View) -> View:
    """This returns the view of a proposal's `code`, which sends whoever has yet to declare to the page on which they do; whoever views
    as somebody can declare nothing, and is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = proposal_for(request.actor, code)
        if viewer_must_declare(request.actor, found):
            raise RefusedInput(
                "Whoever views as somebody sees no papers of a proposal of which they have not declared themselves.",
                where=found.code,
                remedy="Stop viewing as them. An administrator opens no proposal through somebody of its commissioner, unless they hold a "
                "role of their own there and declared in it first.",
            )  # fmt: skip
        if must_declare(request.actor, found):
            return redirect("business_cases:declare", code)
        return view(request, code, *args, **kwargs)

    return guarded
