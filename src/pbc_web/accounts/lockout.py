"""What counts as one account at sign-in, and what somebody sees whose sign-in was refused too often."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """This returns the address tried, in one form: capitals and spaces must not give five more attempts."""
    given = credentials or {}
    typed = given.get("email") or given.get("login") or given.get("username")
    return str(typed or request.POST.get("login", "")).strip().lower()


def tell_locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """This returns the page of a locked account; it reads the same whether or not the account exists."""
    told = {
        "title": "Too many attempts to sign in",
        "what": "For 30 minutes this account cannot be signed in to.",
        "remedy": "Wait, then try again, or ask your administrator for help.",
    }
    return render(request, "shell/fault.html", told, status=429)
