"""The addresses of the accounts library: which are open, in our pages, and which lead nowhere. A test finds one it adds later."""

from __future__ import annotations

from allauth.account import views as library
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from pbc_web.shell.access import open_to_all

OPEN = frozenset(
    {
        "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
        "account_set_password", "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_index", "mfa_authenticate",
        "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
        "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn",
    }
)  # fmt: skip
CLOSED = (  # people come by invitation, an address is the invitation's, and NHS CIS2 has addresses of our own
    r"^signup/", r"^email/", r"^confirm-email/", r"^login/code/", r"^reauthenticate/code/", r"^3rdparty/", r"^social/",
    r"^oidc/",
)  # fmt: skip


@open_to_all
def closed(request: HttpRequest, **more: str) -> HttpResponse:
    """Nothing stands here."""
    raise Http404


library.logout.leaves_view_as = True  # signing out is allowed whatever one looks at

urlpatterns = [*(re_path(pattern, closed) for pattern in CLOSED), path("", include("allauth.urls"))]
