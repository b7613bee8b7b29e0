"""What somebody sees whose sign-in was refused too often."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def tell_locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """This returns the page of a locked account; it reads the same whether or not the account exists."""
    told = {
        "title": "Too many attempts to sign in",
        "what": "For 30 minutes this account cannot be signed in to from here.",
        "remedy": "Wait, then try again, or ask your administrator for a new invitation.",
    }
    return render(request, "shell/fault.html", told, status=429)
