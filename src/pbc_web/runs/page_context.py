"""What every page says of the rules in force: their title, what the tiers are called, whether all is made up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pbc_web.runs.reading import site_policy, site_store, site_tiers
from pbc_web.shell import clock


def regime(request: HttpRequest) -> dict[str, Any]:
    """This returns the regime's words for the base page."""
    register, today = site_store().find("register"), clock.today()
    return {
        "regime_title": site_policy().text("regime.title", on=today),
        "tiers": site_tiers(today),
        "is_made_up": bool(register and register.receipt.is_made_up),
    }
