"""Nobody signs up by themselves: people come by invitation."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes the open door of the accounts library."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invitation makes the person."""
        return False
