"""Pages about one's own tokens, and how to use them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pbc_web.api.actions import issue_token, revoke_token
from pbc_web.api.forms import NewToken
from pbc_web.api.models import Token
from pbc_web.shell import clock
from pbc_web.shell.access import signed_in


@signed_in
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the person's acting appointment."""
    today = clock.today()
    rows = [(each, each.holds_on(today)) for each in _own(request)]
    return render(request, "api/tokens.html", {"rows": rows, "trail": _trail()})


@signed_in
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token; its secret is shown on this answer alone."""
    form = NewToken(request.POST or None)
    if request.method == "POST" and request.actor is not None and form.is_valid():
        token, secret = issue_token(**form.cleaned_data, by=request.actor, at=clock.now())
        return render(request, "api/issued.html", {"token": token, "secret": secret, "trail": _trail()})
    return render(request, "api/new_token.html", {"form": form, "trail": _trail()})


@signed_in
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token, after asking once."""
    token = get_object_or_404(_own(request), id=token_id)
    if request.method == "POST":
        revoke_token(token, by=request.actor, at=clock.now())
        return redirect("tokens")
    return render(request, "api/revoke.html", {"token": token, "trail": _trail()})


def _own(request: HttpRequest):  # type: ignore[no-untyped-def]  # a query of tokens
    appointment = request.actor.appointment_id if request.actor else None
    return Token.objects.filter(appointment_id=appointment).select_related("appointment__person")


def _trail() -> list[dict[str, str]]:
    return [
        {"href": reverse("account"), "text": "Your account"},
        {"href": reverse("tokens"), "text": "Access for programs"},
    ]
