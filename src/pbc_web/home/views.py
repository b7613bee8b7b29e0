"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pbc_web.accounts.roles import Sight
from pbc_web.accounts.standing import standing_of
from pbc_web.accounts.tasks import tasks_for
from pbc_web.shell import clock
from pbc_web.shell.access import signed_in


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs me, by when, about how many minutes, and how are we doing. Somebody without a role sees their account."""
    actor, today = request.actor, clock.today()
    if actor is None:
        return redirect("account")
    tasks = tasks_for(actor, today)
    told = {
        "tasks": tasks,
        "minutes": sum(task.minutes for task in tasks),
        "standing": standing_of(actor, today),
        "has_figures": not actor.sees(Sight.NOTHING),
        "today": today,
    }
    return render(request, "home/home.html", told)
