"""Reading runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from pbc_web.accounts.actor import Actor
from pbc_web.notices.clock import last_tick
from pbc_web.runs.journeys import JOURNEYS
from pbc_web.runs.models import Run
from pbc_web.runs.permissions import may_steer
from pbc_web.runs.states import QUEUED

SILENT = timedelta(minutes=5)  # five rounds of the clock, which the worker keeps


def runs_seen_by(actor: Actor) -> QuerySet[Run]:
    """The runs in an actor's reach, newest first; those of a workspace of its own only where the actor works in it."""
    hidden = [kind for kind, each in JOURNEYS.items() if each.is_apart and not may_steer(actor, each.duties)]
    return Run.objects.visible_to(actor).exclude(kind__in=hidden).select_related("organisation", "requested_by")


def runs_before(run: Run) -> int:
    """How many runs wait ahead of a waiting one, whosever they are: a count names nobody."""
    return Run.everywhere.filter(state=QUEUED, asked_at__lt=run.asked_at).count()


def is_worker_silent(run: Run, *, at: datetime) -> bool:
    """This returns whether a run has waited while the clock, which the worker keeps, went round no more."""
    seen = last_tick()
    return at - run.asked_at > SILENT and (seen is None or at - seen > SILENT)
