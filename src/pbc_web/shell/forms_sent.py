"""What a page's form was sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def sent(request: HttpRequest) -> Any:
    """This returns what a form was sent, however empty; None where its page is only opened, so that nothing on it is a mistake yet."""
    return request.POST if request.method == "POST" else None
