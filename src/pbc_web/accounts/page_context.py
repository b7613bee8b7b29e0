"""What every page knows: who is acting, what the service is called, under which rules, and the menu."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from pbc_web.accounts.navigation import menu_for


def acting_person(request: HttpRequest) -> dict[str, Any]:
    """This returns what the base page shows of the acting person and the service."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "viewing_as": f"{actor.name} ({actor.role.title}, {actor.organisation_name})"
        if actor and actor.seen_by
        else "",
        "navigation": menu_for(actor, request.path) if actor else [],
        "cis2_sign_in": bool(settings.PBC_CIS2),
        "service_name": settings.PBC_SERVICE_NAME,
        "contact": settings.PBC_CONTACT,
        "session_ends": settings.SESSION_IDLE_SECONDS if actor else 0,
        "session_warning": settings.SESSION_WARNING_SECONDS,
    }
