"""Who a program is: the appointment its token was issued in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from pbc_web.accounts.queries import actor_in
from pbc_web.api.actions import hash_token
from pbc_web.api.models import Token
from pbc_web.shell import clock


class ByToken(HttpBearer):
    """Takes `Authorization: Bearer TOKEN`; a session of a browser opens nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """This returns the token's row and sets who is acting, or None where it opens nothing."""
        today = clock.today()
        found = (
            Token.objects.select_related("appointment__person", "appointment__organisation")
            .filter(hash=hash_token(token))
            .first()
        )
        if found is None or not found.holds_on(today):
            return None
        if found.last_used_on != today:
            Token.objects.filter(id=found.id).update(last_used_on=today)
        request.actor = actor_in(found.appointment, on=today)
        return found
