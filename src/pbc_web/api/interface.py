"""The interface: its routes, who may ask, how often, and how it refuses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.throttling import AuthRateThrottle

import pbc
from pbc_web.api.authentication import ByToken
from pbc_web.api.refusals import tell_refusals
from pbc_web.api.routes import budgets, organisations, policy, runs, statements
from pbc_web.shell.access import open_to_all

MOST_A_MINUTE = "300/m"

interface = NinjaAPI(
    title="Practice-based commissioning",
    version=pbc.__version__,
    description="Budgets, statements, organisations, rule values and runs. Money is in integer pence. A value that is null with "
    "is_hidden true was hidden to protect people few in number.",
    auth=ByToken(),
    throttle=[AuthRateThrottle(MOST_A_MINUTE)],
    docs_url=None,
    urls_namespace="api",
)
interface.add_router("/organisations", organisations.router)
interface.add_router("/policy-values", policy.router)
interface.add_router("/budgets", budgets.router)
interface.add_router("/statements", statements.router)
interface.add_router("/runs", runs.router)
tell_refusals(interface)


@open_to_all
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address of the interface that leads nowhere answers in JSON, as everything else here."""
    return JsonResponse({"detail": "There is no such address in the interface."}, status=404)
