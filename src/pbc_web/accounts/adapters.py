"""How the accounts library works for us: nobody signs up by themselves, and refusals read as NHS pages do."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes the open door of the accounts library."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right",
        "too_many_login_attempts": "Too many attempts to sign in. Wait 30 minutes, then try again",
        "enter_current_password": "Your current password is not right",
        "incorrect_password": "The password is not right",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invitation makes the person."""
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Words for refused codes."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. Codes change every 30 seconds: use the one shown now",
        "add_email_blocked": "Your address is the invitation's and cannot be changed here",
    }
